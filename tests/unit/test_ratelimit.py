"""Guessing is braked by address and subject; a cache that is down brakes nobody."""

import logging
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from shop.core.ratelimit import LOG_IN, Limit, LimitedForm, forget, hit

FEW = Limit("few", tries=2, tries_per_address=4, window_s=600)


@pytest.fixture(autouse=True)
def _still_clock() -> Any:
    with time_machine.travel("2026-11-21 10:00:00+07:00", tick=False):
        yield


class CodeForm(LimitedForm, forms.Form):
    limit = FEW
    subject_field = "code"
    code = forms.CharField()

    def __init__(self, data: dict[str, str], request: Any) -> None:
        super().__init__(data)
        self.request = request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("code") != "right":
            raise forms.ValidationError("unknown", code="unknown")
        return cleaned


def codes(form: forms.Form) -> list[str]:
    return [error.code for error in form.non_field_errors().as_data()]


def test_tries_of_one_subject_end(rf: RequestFactory) -> None:
    request = rf.get("/")
    assert [hit(FEW, request, subject="a@b.vn") for _ in range(3)] == [True, True, False]
    assert hit(FEW, request, subject="c@d.vn")
    assert not hit(FEW, request, subject=" A@B.vn ")


def test_tries_of_one_address_end_over_all_subjects(rf: RequestFactory) -> None:
    tries = [hit(FEW, rf.get("/"), subject=str(number)) for number in range(6)]
    assert tries == [True] * 4 + [False] * 2
    assert hit(FEW, rf.get("/", REMOTE_ADDR="203.0.113.9"), subject="0")


@pytest.mark.parametrize("entry", ["198.51.100.7:{}", "[2001:db8::7]:{}", '"[2001:db8::7]:{}"', "_hidden{}"])
def test_a_new_port_is_no_new_visitor(rf: RequestFactory, settings: Settings, entry: str) -> None:
    settings.PROXY_COUNT = 1
    seen = [rf.get("/", headers={"X-Forwarded-For": entry.format(port)}) for port in range(40000, 40045)]
    assert [hit(FEW, request, subject="a") for request in seen].count(True) == FEW.tries


def test_a_new_window_starts_from_nothing(rf: RequestFactory) -> None:
    with time_machine.travel("2026-11-21 10:00:00+07:00", tick=False) as clock:
        assert [hit(FEW, rf.get("/"), subject="a") for _ in range(3)][-1] is False
        clock.shift(601)
        assert hit(FEW, rf.get("/"), subject="a")


def test_scopes_do_not_share_counts(rf: RequestFactory) -> None:
    for _ in range(3):
        hit(FEW, rf.get("/"), subject="a")
    assert hit(LOG_IN, rf.get("/"), subject="a")


def test_success_forgets(rf: RequestFactory) -> None:
    request = rf.get("/")
    hit(FEW, request, subject="a")
    hit(FEW, request, subject="a")
    forget(FEW, request, subject="A")
    assert hit(FEW, request, subject="a")


class BrokenCache:
    def __getattr__(self, name: str) -> Any:
        raise ConnectionError("down")


def test_a_dead_cache_lets_everybody_through(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("shop.core.ratelimit.cache", BrokenCache())
    with caplog.at_level(logging.ERROR, logger="shop.core.ratelimit"):
        assert all(hit(FEW, rf.get("/"), subject="a") for _ in range(9))
        forget(FEW, rf.get("/"), subject="a")
    assert "The cache does not answer: few is not limited" in caplog.messages


def test_no_subject_is_written_into_the_cache(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, *_, **__: keys.append(key))
    hit(FEW, rf.get("/"), subject="lan@example.vn")
    assert len(keys) == 2
    assert not any("lan" in key for key in keys)


def test_a_form_says_when_it_was_tried_too_often(rf: RequestFactory) -> None:
    request = rf.get("/")
    forms_ = [CodeForm({"code": "wrong"}, request) for _ in range(3)]
    assert [codes(form) for form in forms_] == [["unknown"], ["unknown"], ["too_many_tries"]]
    assert "10 phút" in str(forms_[-1].non_field_errors())
    assert forms_[-1]["code"].value() == "wrong"


def test_a_right_guess_within_the_limit_starts_over(rf: RequestFactory) -> None:
    request = rf.get("/")
    for _ in range(2):
        assert [codes(CodeForm({"code": "right"}, request)) for _ in range(2)] == [[], []]


def test_a_form_without_request_is_not_limited() -> None:
    assert [codes(CodeForm({"code": "wrong"}, None)) for _ in range(5)] == [["unknown"]] * 5
