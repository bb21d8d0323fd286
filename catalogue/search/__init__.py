"""Finding products and pages by their words."""
