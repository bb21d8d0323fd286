"""The page of all that needs a person."""
