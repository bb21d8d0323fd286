"""The gate around everyone in the admin who does not work for the whole market."""
