"""Every named address of the site, written about certain objects: for tests that try them all."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

WORDS = {
    "app_label": "catalogue", "model_name": "productpage", "action": "delete",
    "content_type_app_name": "catalogue", "content_type_model_name": "productpage",
    "app_name": "catalogue", "action_name": "approve", "filter_spec": "original", "language_code": "en",
    "revision_id_a": "earliest", "revision_id_b": "latest", "slug": "x", "verb": "accept",
    "uidb64": "x", "token": "x",
}  # fmt: skip


def patterns(resolver: URLResolver, prefix: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the full name and the arguments of every named address below `resolver`."""
    for entry in resolver.url_patterns:
        arguments = [*entry.pattern.converters, *entry.pattern.regex.groupindex]
        if isinstance(entry, URLPattern):
            if entry.name:
                yield ":".join([*prefix, entry.name]), list(dict.fromkeys(arguments))
        else:
            below = [*prefix, entry.namespace] if entry.namespace else prefix
            for name, deeper in patterns(entry, below):
                yield name, list(dict.fromkeys([*arguments, *deeper]))


def every_address(numbers: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and address of everything in the site.

    Args:
        numbers: keys by a word that the argument's or the address's name contains; "page" for all others.
        words: values by the argument's whole name.
    """
    for name, arguments in patterns(get_resolver(), []):
        kind = next((key for key in numbers if key in name), "page")
        values = {
            argument: {**WORDS, **words}.get(argument)
            or next((numbers[key] for key in numbers if key in argument), numbers[kind])
            for argument in arguments
        }
        try:
            yield name, reverse(name, kwargs=values)
        except NoReverseMatch:
            continue


def body(response: Any) -> str:
    """Return what was answered, in capitals."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace").upper()
