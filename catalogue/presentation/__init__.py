"""What each kind of page shows: one module per kind, `parts(page, family)` gives a template its words."""
