"""Less in the log during work in bulk: hundreds of pages would each announce themselves in the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def mute_logs(*, up_to: int = logging.INFO) -> Iterator[None]:
    """Let only through what is more serious than `up_to`: by default warnings and errors."""
    before = logging.root.manager.disable
    logging.disable(up_to)
    try:
        yield
    finally:
        logging.disable(before)
