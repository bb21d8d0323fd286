"""How the double says no."""

from typing import Any


class Refused(Exception):
    """An answer with an error, in Stripe's shape."""

    def __init__(self, message: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": "invalid_request_error", "message": message, **more}
