"""Form widgets that need no JavaScript."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class SuggestingInput(forms.TextInput):
    """One line of text with words to choose from (a datalist); others may be typed.

    `words` is called when the field is rendered.
    """

    def __init__(self, words: Callable[[], Iterable[str]], attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}))
        self.words = words

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the field and its list."""
        key = f"{(attrs or {}).get('id') or name}_words"
        field = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.words()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)
