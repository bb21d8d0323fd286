"""The visitor's network address, directly or behind proxies, however these write it.

Behind PROXY_COUNT proxies it stands that many places from the right of the header PROXY_HEADER: each
proxy adds the address it was asked from, and what stands further left was written by the visitor.
"""

import ipaddress
import re
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FORWARDED = "Forwarded"  # RFC 7239: for="[2001:db8::1]:4711";proto=https, for=192.0.2.60
LONGEST = 2000  # characters from the right: our own proxies need no more
NETWORK_OF_ONE_LINE = 64  # bits: so much of IPv6 one line rents
FOR = re.compile(r'(?:^|[;\s])for\s*=\s*("[^"]*"|[^;\s]*)', re.IGNORECASE)


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address; an IPv6 visitor counts as its /64, which one line rents.

    An entry that is no address (`unknown`, a name that a proxy made up) would be new for each visitor:
    then the next proxy's counts, which our own one saw.
    """
    for hop in [*_hops(request), request.META.get("REMOTE_ADDR", "")]:
        address = parse(hop)
        if address is not None:
            return _network(address)
    return ""


def parse(text: str) -> Address | None:
    """Return the address in an entry, with or without quotes, brackets, port and zone; None for anything else."""
    text = text.strip().strip('"').strip()
    if text.startswith("["):
        return _address(text[1:].partition("]")[0])
    return _address(text) or _address(text.rpartition(":")[0])


def _hops(request: HttpRequest) -> list[str]:
    """Return what the proxies wrote, the outermost first; nothing without proxies."""
    if not settings.PROXY_COUNT:
        return []
    header = request.headers.get(settings.PROXY_HEADER, "")
    entries = list(islice(filter(None, _from_the_right(header)), settings.PROXY_COUNT))
    if settings.PROXY_HEADER == FORWARDED:
        entries = [_forwarded_for(entry) for entry in entries]
    return entries[::-1]


def _from_the_right(header: str) -> Iterator[str]:
    """Yield the elements, the last one first, in one pass: quoted texts may hold commas.

    What holds a quote that a visitor never closed is no element.
    """
    text = header[-LONGEST:]
    end, quoted = len(text), False
    for at in range(len(text) - 1, -1, -1):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == "," and not quoted:
            yield text[at + 1 : end].strip()
            end = at
    if not quoted:
        yield text[:end].strip()


def _forwarded_for(element: str) -> str:
    found = FOR.search(element)
    return found[1] if found else ""


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0].strip())
    except ValueError:
        return None


def _network(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, NETWORK_OF_ONE_LINE), strict=False))
