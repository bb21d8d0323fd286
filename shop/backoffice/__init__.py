"""The staff's and the producers' pages in the admin; only shown and asked here, decided in the rooms below."""
