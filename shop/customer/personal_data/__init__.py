"""People's own data: seeing and downloading them, withdrawing consent, and forgetting (docs/privacy.md)."""
