"""The house's rules are checked, and the checks can fail."""

import pytest
from pytest_django.fixtures import Settings

from catalogue.models import ProducerPage
from config import checks


def test_the_house_keeps_its_rules() -> None:
    assert checks.forms_are_protected(None) == []
    assert checks.pages_name_their_kin(None) == []


def test_missing_protection_of_forms_is_an_error(settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "csrf" not in name]
    assert [found.id for found in checks.forms_are_protected(None)] == ["config.E001"]


def test_a_page_without_parents_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ProducerPage, "parent_page_types")
    found = checks.pages_name_their_kin(None)
    assert [(error.id, error.obj) for error in found] == [("config.E002", ProducerPage)]
