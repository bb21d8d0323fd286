"""Leave with a word when a port on this machine cannot be had: tools/free_port.py PORT."""

import errno
import socket
import sys

HIGHEST = 65535


def obstacle(port: str) -> str | None:
    """Say what keeps a server from this port; None when it is free."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= HIGHEST):
        return f"PORT={port} is not the number of a port."
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: a port just left is free
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is taken."
            return f"Port {port} cannot be had: {error.strerror}."
    return None


def proposal() -> int:
    """Return the first port from 8001 on that is free."""
    return next((port for port in range(8001, 8100) if obstacle(str(port)) is None), 8001)


def main() -> None:
    """Check the port that is named."""
    port = sys.argv[1]
    if words := obstacle(port):
        sys.exit(f"{words} Name another one: make run PORT={proposal()}")


if __name__ == "__main__":
    main()
