"""Find where an old commune, district or whole address line lies today."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Q, When

from catalogue.folding import keywords
from catalogue.models import Commune, FormerUnit
from catalogue.place_names import dictionary_order, sound, spelling, split_kind

MAX_HITS = 30
MAX_TEXT = 200  # an address line; what follows is not read
MIN_LETTERS = 2
LONGEST_NAME = 6  # words: “Nông trường Việt Trung” has four
MOST_PLACES = 3  # of one name in a line
PARTS = re.compile(r"[,;\n()]")
NUMBERED = re.compile(r"\b([pq])\.?(\d+)\b", re.IGNORECASE)  # “P5”, “Q.1”
# The word before a name that tells its kind, as `sound` writes it: the second word of a kind of two.
KINDS = {
    "xã": {"xa", "x"},
    "phường": {"phuong", "p"},
    "thị trấn": {"tran", "tt"},
    "thị xã": {"xa", "tx"},
    "thành phố": {"pho", "tp"},
    "huyện": {"huien", "h"},
    "quận": {"quan", "q"},
    "tỉnh": {"tinh", "t"},
}
KIND_WORDS = set.union(*KINDS.values())


@dataclass(frozen=True)
class Hit:
    """An old unit and where it lies now."""

    old: str
    commune: Commune
    is_split: bool

    @property
    def label(self) -> str:
        """Return "Xã Cách Bi, Thị xã Quế Võ, Tỉnh Bắc Ninh → phường Bồng Lai, thành phố Bắc Ninh"."""
        return f"{self.old} → {self.commune.full_name}, {self.commune.province.full_name}"


class Word(NamedTuple):
    """A word of what was typed: as it sounds, as it is spelt, between which commas."""

    sound: str
    spelling: str
    part: int


class Reading(NamedTuple):
    """How well a unit explains what was typed; the greater the better."""

    words: int  # that are names of the unit, its district or province
    spelt: int  # of them with their marks
    is_home: bool
    kinds: int  # the right “xã”, “huyện” before a name
    is_commune: bool  # by its own name, not by its district's


def find_old(text: str) -> list[Hit]:
    """Return where an old commune, district or address line lies now, best hits first.

    Typed without accents or with i for y is fine. What explains most of the words wins: in "Số 5 Đình Bảng,
    Từ Sơn" the commune in that district. Of hits that explain as much, those with the same marks come first,
    then those of the home province, then by name as in a dictionary. Where no name is found, words of names are.
    """
    words = _words(text[:MAX_TEXT])
    if sum(len(word.sound) for word in words) < MIN_LETTERS:
        return []
    read = [(reading, unit) for unit in _candidates(words) if (reading := _read(words, unit)).words]
    most = max((reading.words for reading, _unit in read), default=0)
    best = [(reading, unit) for reading, unit in read if reading.words == most]
    best.sort(key=lambda found: (*(-value for value in found[0]), _order(found[1])))
    return _hits([unit for _reading, unit in best] or _with_all(words))


def _words(text: str) -> list[Word]:
    parts = PARTS.split(NUMBERED.sub(r"\1 \2", text))
    return [
        Word(sound(word), spelling(word), number)
        for number, part in enumerate(parts)
        for word in re.findall(r"\w+", part)
        if keywords(word)
    ]


def _candidates(words: Sequence[Word]) -> list[FormerUnit]:
    """Return the units whose name, or whose district's, stands in the text."""
    names = {
        " ".join(word.sound for word in words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1)
        if _may_be_name(words, start, end)
    }
    rows = FormerUnit.objects.select_related("commune__province")
    return list(rows.filter(Q(name_key__in=names) | Q(district_key__in=names)))


def _may_be_name(words: Sequence[Word], start: int, end: int) -> bool:
    """Take no name across a comma, and a number only after its kind: "phường 5", not "số 5"."""
    if words[start].part != words[end - 1].part:
        return False
    is_number = end == start + 1 and words[start].sound.isdecimal()
    return not is_number or (start > 0 and words[start - 1].sound in KIND_WORDS)


class Place(NamedTuple):
    """Where in the text a name stands, and how truly."""

    start: int
    end: int
    spelt: int
    kind: int


def _read(words: Sequence[Word], unit: FormerUnit) -> Reading:
    """Return the best way to find the unit's names in the text, no word being two names at once."""
    is_home = unit.commune.province_id == settings.MARKET_PROVINCE_CODE
    today = unit.commune.province.full_name
    levels = (
        [None, *_places(words, unit.name)],
        [None, *_places(words, unit.district_name)],
        [None, *_places(words, unit.province_name), *_places(words, today)],
    )
    return max(
        Reading(
            words=sum(place.end - place.start for place in found),
            spelt=sum(place.spelt for place in found),
            is_home=is_home,
            kinds=sum(place.kind for place in found),
            is_commune=chosen[0] is not None,
        )
        for chosen in product(*levels)
        if not _overlap(found := [place for place in chosen if place])
        and (chosen[0] or chosen[1] or not found)
    )


def _places(words: Sequence[Word], full_name: str) -> list[Place]:
    kind, name = split_kind(full_name)
    sounds = sound(name).split()
    spellings = [spelling(word) for word in re.findall(r"\w+", name)]
    return list(_find(words, sounds, spellings, KINDS.get(kind, set())))[:MOST_PLACES]


def _find(words: Sequence[Word], sounds: list[str], spellings: list[str], kinds: set[str]) -> Iterator[Place]:
    size = len(sounds)
    for start in range(len(words) - size + 1):
        found = words[start : start + size]
        if [word.sound for word in found] == sounds and found[0].part == found[-1].part:
            spelt = sum(word.spelling == true for word, true in zip(found, spellings, strict=False))
            has_kind = start > 0 and words[start - 1].sound in kinds
            yield Place(start, start + size, spelt, int(has_kind))


def _overlap(places: Sequence[Place]) -> bool:
    ordered = sorted(places)
    return any(one.end > next_.start for one, next_ in pairwise(ordered))


def _order(unit: FormerUnit) -> tuple[object, ...]:
    names = (unit.name, unit.district_name)
    return (unit.is_earlier, *(dictionary_order(split_kind(name)[1]) for name in names), unit.pk)


def _with_all(words: Sequence[Word]) -> list[FormerUnit]:
    """Return the units in whose names every word stands, the kinds left aside: somebody is still typing."""
    pieces = [word.sound for word in words if word.sound not in KIND_WORDS] or [word.sound for word in words]
    rows = FormerUnit.objects.select_related("commune__province")
    for piece in pieces[:LONGEST_NAME]:
        rows = rows.filter(Q(name_key__contains=piece) | Q(district_key__contains=piece))
    home = Q(commune__province=settings.MARKET_PROVINCE_CODE)
    return list(rows.order_by(Case(When(home, then=0), default=1), "name_key", "pk")[: 2 * MAX_HITS])


def _hits(units: Sequence[FormerUnit]) -> list[Hit]:
    """Return each unit once for each commune that took it in, though it had other names before."""
    first: dict[tuple[str, str], FormerUnit] = {}
    for unit in units:
        first.setdefault((unit.code, unit.commune_id), unit)
    return [
        Hit(f"{unit.name}, {unit.district_name}, {unit.province_name}", unit.commune, unit.is_split)
        for unit in list(first.values())[:MAX_HITS]
    ]
