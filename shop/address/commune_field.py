"""A commune typed or picked from a list: an input with suggestions, which needs no script."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.folding import fold, strip_marks
from catalogue.models import Commune
from catalogue.place_names import place_key, spelling, split_kind
from shop.address.places import commune_by_code

LIST_ID = "commune-names"  # of the suggestions in shop/checkout/commune_names.html
_LABEL = re.compile(r"([^()]+)\(([^()]+)\)")
_SHORT = re.compile(r"(p|x)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE)
_WITHOUT_MARKS = re.compile(r"(phuong|xa|dac khu) (?=\S)")
_KINDS = {"p": "phuong", "phuong": "phuong", "x": "xa", "xa": "xa", "dac khu": "dac_khu"}


class Combobox(forms.TextInput):
    """A text input that shows a choice's words for its code."""

    choices: Iterable[tuple[str, str]] = ()

    def format_value(self, value: Any) -> str | None:
        text = super().format_value(value) or ""
        shown = dict(self.choices).get(text)
        if shown is None and text.isdigit() and (ended := commune_by_code(text)):
            return ended.name  # of a saved address; it can no longer be chosen
        return text if shown is None else shown


class CommuneField(forms.ChoiceField):
    """A commune of one province by code or by name: "09292", "Phù Lãng (phường)", "p. phu lang"."""

    widget = Combobox
    default_error_messages = {"alike": _("Có những nơi đọc giống nhau: %(names)s. Hãy chọn một.")}
    communes: Sequence[Commune] = ()

    def offer(self, communes: Sequence[Commune]) -> None:
        """Say which communes there are to choose from."""
        self.communes = communes
        self.choices = [(commune.code, label(commune)) for commune in communes]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text or self.valid_value(text):
            return text
        found = find(text, self.communes)
        return found.code if found else text

    def validate(self, value: Any) -> None:
        """Refuse what is no commune of the province, and name those that a text may mean.

        Raises:
            ValidationError: for the reader.
        """
        meant = alike(value, self.communes) if value and not self.valid_value(value) else []
        if len(meant) > 1:
            names = ", ".join(label(commune) for commune in meant)
            raise ValidationError(self.error_messages["alike"], code="alike", params={"names": names})
        super().validate(value)


def label(commune: Commune) -> str:
    """Return a commune for a list that is read by names: "Phù Lãng (phường)"."""
    return f"{commune.name} ({commune.Kind(commune.kind).label})"


def find(text: str, communes: Sequence[Commune]) -> Commune | None:
    """Return the one commune that a text names, by its name in any writing, with its kind or without."""
    meant = alike(text, communes)
    return meant[0] if len(meant) == 1 else None


def alike(text: str, communes: Sequence[Commune]) -> list[Commune]:
    """Return the communes that a text may mean: of several that sound alike those spelt so, or of that kind."""
    for kind, name in _readings(text.strip()):
        found = [commune for commune in communes if place_key(commune.name) == place_key(name)]
        if found:
            return _agreeing(found, kind, name) or found
    return []


def _agreeing(found: list[Commune], kind: str, name: str) -> list[Commune]:
    """Return those that agree with what was written; none where spelling and kind contradict each other."""
    if len(found) == 1:
        return found  # whatever kind: it may be an earlier one
    of_kind = [commune for commune in found if commune.kind == kind]
    spelt = [commune for commune in found if _spelt(commune.name) == _spelt(name)]
    if of_kind and (not spelt or strip_marks(name) == name):
        return of_kind  # without marks nothing was spelt
    return [commune for commune in spelt if not of_kind or commune in of_kind]


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind ("" for none) and bare name, the likelier reading first: "xa lung" is Xa Lung, then xã Lùng."""
    if found := _LABEL.fullmatch(text):
        yield _kind(found[2]), found[1]
        return
    if found := _SHORT.match(text):
        yield _kind(found[1]), text[found.end() :]
    else:
        kind, name = split_kind(text)
        yield _kind(kind), name
    folded = fold(text)
    if found := _WITHOUT_MARKS.match(folded):
        yield _kind(found[1]), folded[found.end() :]


def _kind(word: str) -> str:
    """Return the kind that a word says, short or written out, in Vietnamese or as `label` shows it."""
    shown = {fold(str(kind.label)): kind.value for kind in Commune.Kind}
    return (_KINDS | shown).get(fold(word), "")


def _spelt(name: str) -> list[str]:
    return [spelling(word) for word in name.split()]
