"""The configuration; `__version__` is the release that this checkout is, or becomes (docs/upgrading.md)."""

__version__ = "0.1.0"
