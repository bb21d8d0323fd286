"""Who may do what, and what a form may point at; asked by models and views alike."""
