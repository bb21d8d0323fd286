"""Parameters as Stripe takes them, checked against the types that its library declares."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions  # the library has no public name for it
from typing_extensions import get_type_hints, is_typeddict

from demo.stripe_double.errors import Refused

PART = re.compile(r"[^\[\]]+")
INTEGER = re.compile(r"-?\d+")
FAR_NAMES = {"StripeContext": object, "Mapping": Mapping}  # which the library imports for type checkers only


def read(form: str, typed: type[Any]) -> dict[str, Any]:
    """Return the form's parameters in their types.

    Raises:
        Refused: one is unknown, missing, or not of its type.
    """
    return _record(_nest(form), typed, "")


def _nest(form: str) -> dict[str, Any]:
    """Turn "a[b][0]=c" into {"a": {"b": {"0": "c"}}}."""
    nested: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        *path, last = PART.findall(name)
        place = nested
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return nested


def _record(values: object, typed: type[Any], at: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise Refused(f"Invalid object: {at}", param=at)
    hints = get_type_hints(typed, localns=FAR_NAMES)
    if issubclass_of_options(typed):
        hints = {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}
    for name in typed.__required_keys__ - values.keys():
        raise Refused(f"Missing required param: {_name(at, name)}.", param=_name(at, name))
    for name in values.keys() - hints.keys():
        raise Refused(f"Received unknown parameter: {_name(at, name)}", code="parameter_unknown", param=name)
    return {name: _value(value, hints[name], _name(at, name)) for name, value in values.items()}


def issubclass_of_options(typed: type[Any]) -> bool:
    """Say whether a typed dict carries the library's own options beside Stripe's parameters."""
    return RequestOptions.__annotations__.keys() <= typed.__annotations__.keys()


def _name(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


def _value(value: object, hint: Any, at: str) -> Any:
    origin = get_origin(hint)
    if is_typeddict(hint):
        return _record(value, hint, at)
    if origin in {Union, UnionType}:
        return _either(value, get_args(hint), at)
    if origin is Literal:
        return _choice(value, get_args(hint), at)
    if origin is list:
        return _list(value, get_args(hint)[0], at)
    if origin is dict:
        if not isinstance(value, dict):
            raise Refused(f"Invalid object: {at}", param=at)
        return {name: _plain(text, str, _name(at, name)) for name, text in value.items()}
    return _plain(value, hint, at)


def _either(value: object, hints: tuple[Any, ...], at: str) -> Any:
    """Take the first type that fits; words beside a list of words are no licence for others."""
    words = tuple(word for hint in hints if get_origin(hint) is Literal for word in get_args(hint))
    if words and isinstance(value, str):
        return _choice(value, words, at)
    refused = None
    for hint in hints:
        try:
            return _value(value, hint, at)
        except Refused as error:
            refused = error
    raise refused or Refused(f"Invalid {at}", param=at)


def _choice(value: object, words: tuple[Any, ...], at: str) -> str:
    if value not in words:
        raise Refused(f"Invalid {at}: must be one of {', '.join(map(str, words))}", param=at)
    return str(value)


def _list(values: object, hint: Any, at: str) -> list[Any]:
    if not isinstance(values, dict) or list(values) != [str(n) for n in range(len(values))]:
        raise Refused(f"Invalid array: {at}", param=at)
    return [_value(value, hint, _name(at, n)) for n, value in values.items()]


def _plain(value: object, hint: Any, at: str) -> Any:
    if not isinstance(value, str):
        raise Refused(f"Invalid string: {at}", param=at)
    if hint is int:
        if not INTEGER.fullmatch(value):
            raise Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=at)
        return int(value)
    if hint is bool:
        return _choice(value, ("true", "false"), at) == "true"
    if hint in {Decimal, float}:
        try:
            return str(Decimal(value))
        except InvalidOperation as error:
            raise Refused(f"Invalid decimal: {value}", param=at) from error
    if hint is not str:
        raise Refused(f"Invalid {at}", param=at)
    return value
