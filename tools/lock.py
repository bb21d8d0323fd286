"""Say what a lock lacks: `tools/lock.py LOCK…`; part of `make check`.

Installing takes a lock as it stands and resolves nothing (tools/install), so everything that a package in it
needs, by its extras too, must be in it. What packages need is read from those installed here.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", re.MULTILINE)
PYTHONS = ("3.11.2", "3.12.3", "3.13.5", "3.14.0")  # Debian 12, Ubuntu 24.04, Debian 13, Ubuntu 26.04

Requires = Callable[[str], tuple[str, list[str]]]


@cache
def installed(name: str) -> tuple[str, list[str]]:
    """Return the installed version of a package and what it says that it needs; nothing of one not here."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return "", []
    return found.version, found.requires or []


def applies(marker: Marker | None, python: str, extras: Iterable[str] = ("",)) -> bool:
    """Say whether a condition holds on Linux with this Python, for one of the extras asked for."""
    place = {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return marker is None or any(marker.evaluate(place | {"extra": extra}) for extra in extras)


def read(text: str, python: str) -> dict[str, Requirement]:
    """Return the pins of a lock's text that count for this Python, by name."""
    pins = (Requirement(line.strip()) for line in PIN.findall(text))
    return {canonicalize_name(pin.name): pin for pin in pins if applies(pin.marker, python)}


def unmet(pins: dict[str, Requirement], python: str, requires: Requires = installed) -> Iterator[str]:
    """Yield each need of a pinned package, with the extras that anything asks of it, that the pins leave open."""
    asked = {(name, extra) for name, pin in pins.items() for extra in ("", *pin.extras)}
    seen: set[tuple[str, str]] = set()
    while asked - seen:
        name, extra = min(asked - seen)
        seen.add((name, extra))
        version, needs = requires(name)
        for need in map(Requirement, needs):
            if not applies(need.marker, python, [extra]):
                continue
            wanted = canonicalize_name(need.name)
            if wanted not in pins:
                yield f"{name} {version} needs {need.name}, which is not pinned"
            elif not fits(need, pins[wanted]):
                yield f"{name} {version} needs {need}, but pinned is {pins[wanted]}"
            else:
                asked |= {(wanted, other) for other in need.extras}


def fits(need: Requirement, pin: Requirement) -> bool:
    """Say whether a pinned version is one that the need allows."""
    (only,) = pin.specifier
    return need.specifier.contains(only.version, prereleases=True)


def installed_otherwise(pins: dict[str, Requirement], requires: Requires = installed) -> Iterator[str]:
    """Yield each package that is not here as pinned: what the pinned one needs cannot be read then."""
    for name, pin in pins.items():
        version, _ = requires(name)
        if version != next(iter(pin.specifier)).version:
            yield f"{pin} is pinned, but installed is {version or 'none'}"


def problems(text: str, requires: Requires = installed) -> list[str]:
    """Return what is wrong with a lock's text, for any Python that we support."""
    here = ".".join(map(str, sys.version_info[:3]))
    found = dict.fromkeys(installed_otherwise(read(text, here), requires))
    for python in PYTHONS:
        found |= dict.fromkeys(unmet(read(text, python), python, requires))
    return list(found)


def main() -> None:
    """Check the locks that are named, or all; leave with 1 when one lacks something."""
    names = sys.argv[1:] or sorted(path.name for path in ROOT.glob("requirements*.txt"))
    found = [
        f"{name}: {words}" for name in names for words in problems((ROOT / name).read_text(encoding="utf-8"))
    ]
    print("\n".join(found or ["The locks hold all that their packages need."]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
