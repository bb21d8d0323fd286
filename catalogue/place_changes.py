"""Names and kinds of places change on a day: units follow their versions, staff add and correct them."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from catalogue.models import Commune, CommuneVersion, Province, ProvinceVersion


class Called(NamedTuple):
    """A name with its kind."""

    name: str
    kind: str


def called(place: Province | Commune | ProvinceVersion | CommuneVersion) -> Called:
    """Return the name and kind of a unit today, or of one of its versions."""
    return Called(place.name, place.kind)


def follow_today() -> int:
    """Call each unit what it is called since today, and return how many that changed; a job of the timer.

    A unit that staff call otherwise than any of its versions keeps their word (docs/adr/0030).
    """
    return sum(_follow(unit) for unit in _changed_units())


def _changed_units() -> Iterable[Province | Commune]:
    for model in (Province, Commune):
        rows = model.objects.exclude(versions=None)
        yield from rows.distinct().prefetch_related("versions")


def _follow(unit: Province | Commune) -> bool:
    was = called(unit)
    if was not in {called(version) for version in unit.versions.all()}:
        return False
    if not unit.follow_versions(timezone.localdate()):
        return False
    unit.save()
    return True


@transaction.atomic
def settle(unit: Province | Commune, *, was: Called, corrected: bool, versions_edited: bool) -> None:
    """Bring a unit and its versions in step after staff edited them.

    A unit's first version gets one before it, with what it was called until then. A name that was corrected
    on the unit itself is corrected in the version in force, unless that one was edited, too. A unit that staff
    call otherwise than any of its versions keeps their word until they edit the versions (docs/adr/0030).

    Args:
        unit: as it was saved, its versions too.
        was: what it was called before.
        corrected: its own name or kind was edited.
        versions_edited: a version was added, changed or taken away.
    """
    unit = type(unit)._default_manager.get(pk=unit.pk)
    versions = sorted(unit.versions.all(), key=lambda version: version.valid_from)
    if not versions:
        return
    follows = versions_edited or was in map(called, versions)
    if versions[0].valid_from > unit.valid_from:
        belongs = {unit._meta.model_name: unit}
        type(versions[0]).objects.create(**belongs, **was._asdict(), valid_from=unit.valid_from)
    in_force = unit.version_on(timezone.localdate())
    if in_force and corrected and called(in_force) == was:
        in_force.name, in_force.kind = called(unit)
        in_force.save()
    if follows and unit.follow_versions(timezone.localdate()):
        unit.save()
