"""`make run` says at once when it cannot have its port."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import free_port

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "free_port.py"


def test_a_port_in_use_is_told_in_one_line_with_another_that_is_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = subprocess.run([sys.executable, SCRIPT, port], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == f"Port {port} is taken. Name another one: make run PORT={free_port.proposal()}\n"


def test_a_free_port_is_passed_over_in_silence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = str(other.getsockname()[1])
    told = subprocess.run([sys.executable, SCRIPT, port], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "²"])
def test_what_is_no_port_is_told(port: str) -> None:
    assert free_port.obstacle(port) == f"PORT={port} is not the number of a port."
