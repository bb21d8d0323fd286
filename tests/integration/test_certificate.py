"""The register of certificates: states by date, and no two valid at once, on both databases."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from oscar.test.factories import ProductFactory

from catalogue.models import Certificate, Product
from shop.partner.models import Partner

pytestmark = pytest.mark.django_db

State = Certificate.State


@pytest.fixture
def product() -> Product:
    return ProductFactory(stockrecords=[])


@pytest.fixture
def holder() -> Partner:
    return Partner.objects.create(name="HTX Gốm (minh hoạ)")


def certificate(product: Product, holder: Partner, **fields: object) -> Certificate:
    """Return a four-star certificate of 36 months from 10 March 2025, unsaved."""
    defaults = {
        "stars": 4,
        "certificate_no": f"MH-{Certificate.objects.count() + 1}",
        "decision_no": "1/QĐ-MINHHOA",
        "issuer_level": Certificate.Level.PROVINCE,
        "issuer_name": "UBND tỉnh (minh hoạ)",
        "legal_basis": "148/QĐ-TTg",
        "source_url": "https://example.vn/ocop",
        "issued_on": date(2025, 3, 10),
        "expires_on": date(2028, 3, 10),
    }
    return Certificate(product=product, holder=holder, **{**defaults, **fields})


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 3, 9), State.COMING),
        (date(2025, 3, 10), State.VALID),
        (date(2027, 8, 12), State.VALID),
        (date(2027, 8, 13), State.EXPIRING),
        (date(2028, 3, 10), State.EXPIRING),
        (date(2028, 3, 11), State.EXPIRED),
    ],
)
def test_state_follows_the_date(product: Product, holder: Partner, day: date, state: str) -> None:
    assert certificate(product, holder).state_on(day) == state


def test_withdrawal_counts_from_its_day(product: Product, holder: Partner) -> None:
    row = certificate(product, holder, withdrawn_on=date(2026, 1, 5), withdrawal_reason="Không còn sản xuất")
    assert row.state_on(date(2026, 1, 4)) == State.VALID
    assert row.state_on(date(2026, 1, 5)) == State.WITHDRAWN


def test_the_star_goes_out_at_midnight_in_vietnam(product: Product, holder: Partner) -> None:
    certificate(product, holder).save()
    with time_machine.travel("2028-03-10T16:59:59+00:00", tick=False):
        assert product.current_certificate().stars == 4
    with time_machine.travel("2028-03-10T17:00:00+00:00", tick=False):
        assert product.current_certificate() is None
        assert product.last_certificate().expires_on == date(2028, 3, 10)


def test_valid_on_agrees_with_state_on(product: Product, holder: Partner) -> None:
    row = certificate(product, holder, withdrawn_on=date(2027, 1, 1), withdrawal_reason="Vi phạm")
    row.save()
    for offset in (-1, 0, 1, 600, 661, 662, 663, 1100):
        day = row.issued_on + timedelta(days=offset)
        carries = row.state_on(day) in {State.VALID, State.EXPIRING}
        assert Certificate.objects.valid_on(day).exists() == carries, day


@pytest.mark.parametrize("overlap_days", [0, 1, 400])
def test_the_database_refuses_two_valid_at_once(product: Product, holder: Partner, overlap_days: int) -> None:
    certificate(product, holder).save()
    begins = date(2028, 3, 10) - timedelta(days=overlap_days)
    second = certificate(product, holder, issued_on=begins, expires_on=date(2031, 3, 10))
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    assert Certificate.objects.count() == 1


def test_the_database_refuses_an_update_that_overlaps(product: Product, holder: Partner) -> None:
    certificate(product, holder).save()
    later = certificate(product, holder, issued_on=date(2028, 3, 11), expires_on=date(2031, 3, 11))
    later.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=later.pk).update(issued_on=date(2028, 3, 10))


def test_one_may_follow_another_the_next_day(product: Product, holder: Partner) -> None:
    certificate(product, holder).save()
    certificate(product, holder, issued_on=date(2028, 3, 11), expires_on=date(2031, 3, 11)).save()
    assert Certificate.objects.count() == 2


def test_another_product_is_free(product: Product, holder: Partner) -> None:
    certificate(product, holder).save()
    certificate(ProductFactory(stockrecords=[]), holder).save()
    assert Certificate.objects.count() == 2


def test_an_upgrade_ends_the_certificate_it_supersedes(product: Product, holder: Partner) -> None:
    old = certificate(product, holder)
    old.save()
    upgrade = {"stars": 5, "issued_on": date(2026, 6, 1), "expires_on": date(2029, 6, 1)}
    certificate(product, holder, supersedes=old, **upgrade).save()
    old.refresh_from_db()
    assert old.state_on(date(2026, 6, 1)) == State.SUPERSEDED
    assert product.current_certificate(date(2026, 5, 31)).stars == 4
    assert product.current_certificate(date(2026, 6, 1)).stars == 5


@pytest.fixture
def old(product: Product, holder: Partner) -> Certificate:
    row = certificate(product, holder)
    row.save()
    return row


def renewal_of(old: Certificate, **fields: object) -> Certificate:
    """Return a five-star certificate of 36 months from 1 June 2026 in place of `old`, saved."""
    defaults = {"stars": 5, "issued_on": date(2026, 6, 1), "expires_on": date(2029, 6, 1)}
    row = certificate(old.product, old.holder, supersedes=old, **{**defaults, **fields})
    row.save()
    return row


def withdraw(row: Certificate, day: date | None) -> None:
    row.withdrawn_on, row.withdrawal_reason = day, "Nhập nhầm" if day else ""
    row.full_clean()
    row.save()


def stars_on(product: Product, day: date) -> int | None:
    current = Product.objects.get(pk=product.pk).current_certificate(day)
    return current.stars if current else None


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 5, 1)])
def test_a_renewal_withdrawn_by_its_first_day_never_was(old: Certificate, day: date) -> None:
    renewal = renewal_of(old)
    withdraw(renewal, day)
    assert stars_on(old.product, date(2026, 6, 1)) == 4
    assert old.product.last_certificate(date(2030, 1, 1)) == old
    withdraw(renewal, None)
    assert stars_on(old.product, date(2026, 5, 31)) == 4
    assert stars_on(old.product, date(2026, 6, 1)) == 5


def test_a_renewal_withdrawn_later_leaves_no_star(old: Certificate) -> None:
    withdraw(renewal_of(old), date(2026, 6, 2))
    assert stars_on(old.product, date(2026, 6, 1)) == 5
    assert stars_on(old.product, date(2026, 6, 2)) is None


def test_a_slip_is_entered_again_rightly(old: Certificate) -> None:
    slip = renewal_of(old, certificate_no="MH-9")
    withdraw(slip, slip.issued_on)
    renewal_of(old, certificate_no="MH-9", stars=3)
    slip.source_url = "https://example.vn/"
    slip.save()  # whatever else is noted of the slip: the right one goes on counting
    assert stars_on(old.product, date(2026, 6, 1)) == 3
    slip.withdrawn_on, slip.withdrawal_reason = None, ""
    with pytest.raises(ValidationError) as error:
        slip.full_clean()
    assert set(error.value.message_dict) == {"withdrawn_on"}
    for again in ({"certificate_no": "MH-9"}, {"supersedes": old}):
        later = {"issued_on": date(2029, 7, 1), "expires_on": date(2032, 7, 1), **again}
        with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
            Certificate.objects.bulk_create([certificate(old.product, old.holder, **later)])


def test_a_slip_of_the_date_does_not_stand_in_the_way(old: Certificate) -> None:
    withdraw(old, old.issued_on)
    begun = {"issued_on": date(2025, 3, 1), "expires_on": date(2028, 3, 1)}
    row = certificate(old.product, old.holder, certificate_no=old.certificate_no, **begun)
    row.full_clean()
    row.save()
    assert stars_on(old.product, date(2025, 3, 5)) == 4


def test_the_old_one_does_not_come_back_beside_another(old: Certificate) -> None:
    renewal = renewal_of(old)
    withdraw(renewal, date(2026, 9, 1))
    dates = {"issued_on": date(2026, 10, 1), "expires_on": date(2029, 10, 1)}
    certificate(old.product, old.holder, **dates).save()
    with pytest.raises(ValidationError) as error:
        withdraw(renewal, renewal.issued_on)
    assert "Trùng thời hạn" in str(error.value.message_dict["withdrawn_on"])
    with pytest.raises(IntegrityError), transaction.atomic():
        renewal.save()


def test_the_form_names_the_certificate_in_the_way(product: Product, holder: Partner) -> None:
    certificate(product, holder, certificate_no="MH-77").save()
    second = certificate(product, holder, issued_on=date(2026, 1, 1), expires_on=date(2029, 1, 1))
    with pytest.raises(ValidationError) as error:
        second.full_clean()
    assert "MH-77" in str(error.value.message_dict["issued_on"])


@pytest.mark.parametrize(
    "fields",
    [
        {"stars": 2},
        {"stars": 6},
        {"expires_on": date(2025, 3, 10)},
        {"withdrawn_on": date(2026, 1, 1)},
    ],
)
def test_the_database_refuses_what_must_never_be(product: Product, holder: Partner, fields: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate(product, holder, **fields).save()
