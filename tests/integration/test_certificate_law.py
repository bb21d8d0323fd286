"""What a certificate, a quality mark, an indication and a village's title may claim, by whom, and until when."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django.fixtures import Settings
from wagtail.documents import get_document_model

from catalogue import certificate_rules as rules
from catalogue.access.permissions import grant_hub_staff
from catalogue.listing.cards import cards
from catalogue.listing.index import listing_index
from catalogue.listing.rows import rebuild
from catalogue.models import (
    Certificate,
    Certification,
    GeographicalIndication,
    IndicationRight,
    Product,
    ProductCertification,
    VillageRecognition,
)
from shop.partner.certificate_reminders import send_due
from tests import factories as make
from tests.markup import flat
from tests.producer_accounts import log_in, make_user

pytestmark = pytest.mark.django_db
State = Certificate.State


def entered(**fields: Any) -> Certificate:
    """Return a certificate as the form makes it, not saved."""
    product = fields.pop("product", None) or make.make_product()
    facts = {
        "holder": product.producer,
        "stars": 4,
        "certificate_no": "GCN 12",
        "decision_no": "45/QĐ-UBND",
        "issuer_level": "province",
        "issuer_name": "UBND tỉnh Bắc Ninh",
        "legal_basis": "148/QĐ-TTg",
        "issued_on": date(2025, 3, 10),
        "source_url": "https://example.vn/ocop",
    }
    return Certificate(product=product, **{**facts, **fields})


def refusals(certificate: Certificate) -> list[str]:
    try:
        certificate.full_clean()
    except ValidationError as refused:
        return sorted(refused.message_dict)
    return []


@pytest.mark.parametrize(
    ("stars", "day", "level"),
    [
        (3, date(2023, 2, 23), "province"),
        (3, date(2023, 2, 24), "district"),
        (3, date(2025, 6, 30), "district"),
        (3, date(2025, 7, 1), "province"),
        (4, date(2024, 1, 1), "province"),
        (4, date(2026, 6, 1), "province"),
        (5, date(2021, 1, 1), "national"),
        (5, date(2026, 6, 1), "national"),
    ],
)
def test_stars_are_awarded_by_one_level_on_a_day(stars: int, day: date, level: str) -> None:
    for tried in Certificate.Level.values:
        refused = refusals(entered(stars=stars, issued_on=day, issuer_level=tried))
        assert refused == ([] if tried == level else ["issuer_level"])


def test_term_is_filled_in_and_never_longer() -> None:
    certificate = entered(expires_on=None)
    assert refusals(certificate) == []
    assert certificate.expires_on == date(2028, 3, 10)
    assert refusals(entered(expires_on=date(2028, 3, 10))) == []
    assert refusals(entered(expires_on=date(2028, 3, 11))) == ["expires_on"]
    assert rules.regular_end(date(2024, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("until", "number", "refused"),
    [
        (date(2028, 9, 6), "9/QĐ-BNNMT", []),
        (date(2028, 9, 7), "9/QĐ-BNNMT", ["extended_until"]),
        (date(2028, 3, 10), "9/QĐ-BNNMT", ["extended_until"]),
        (date(2028, 9, 6), "", ["extension_decision_no"]),
    ],
)
def test_extension_is_a_decision_of_180_days_at_most(until: date, number: str, refused: list[str]) -> None:
    certificate = entered(expires_on=date(2028, 3, 10))
    certificate.save()
    certificate.extended_until, certificate.extension_decision_no = until, number
    assert refusals(certificate) == refused
    if not refused:
        certificate.save()
        assert certificate.last_day() == until
        certificate.extended_until = None
        certificate.save()
        assert certificate.last_day() == date(2028, 3, 10)


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("45/QĐ-UBND", []),
        ("1012/QĐ-SHTT", []),
        ("45", ["decision_no"]),
        ("QĐ", ["decision_no"]),
        ("--", ["decision_no"]),
    ],
)
def test_decision_number_says_which_decision(number: str, refused: list[str]) -> None:
    assert refusals(entered(decision_no=number)) == refused


def test_holder_is_the_maker_or_a_stated_predecessor() -> None:
    other = make.make_partner(name="HTX cũ")
    assert refusals(entered(holder=other)) == ["holder_note"]
    assert refusals(entered(holder=other, holder_note="Tên cũ, đổi tháng 3/2024")) == []


def test_scan_or_source_is_needed() -> None:
    assert refusals(entered(source_url="")) == ["document"]


@pytest.fixture
def hub(db: None) -> tuple[Client, Client]:
    make.make_home()
    people = [make_user("binh@example.vn"), make_user("chi@example.vn")]
    grant_hub_staff(users=people)
    return log_in(people[0]), log_in(people[1])


@pytest.mark.parametrize("two", [True, False])
def test_a_star_waits_for_a_second_person(hub: Any, settings: Settings, two: bool, client: Client) -> None:
    settings.CERTIFICATE_SECOND_PERSON = two
    first, second = hub
    product = make.make_product()
    form = {name: getattr(entered(product=product), name) for name in FIELDS}
    form |= {
        "product": product.pk,
        "holder": product.producer.pk,
        "issued_on": "10/03/2025",
        "expires_on": "",
    }
    assert first.post(reverse("certificate:add"), form).status_code == 302
    certificate = Certificate.objects.get()
    assert shines(product, client) is not two
    check = reverse("certificate:check", args=[certificate.pk])
    if two:
        assert certificate.state == State.UNCHECKED
        assert "Đúng như giấy, cho hiện sao" in flat(first.get(check))
        assert check in first.get(reverse("certificate:index")).text
        first.post(check)
        assert not shines(product, client)
        second.post(check)
    assert shines(product, client)
    edit = reverse("certificate:edit", args=[certificate.pk])
    assert second.post(edit, PROOF | {"source_url": "https://example.vn/khac"}).status_code == 302
    assert shines(product, client) is not two


def test_the_star_of_before_shines_until_its_successor_is_confirmed(hub: Any, client: Client) -> None:
    first, second = hub
    product = make.make_product()
    before = entered(product=product, certificate_no="GCN 1", issued_on=date(2024, 3, 10))
    before.full_clean()
    before.save()
    new = entered(product=product, certificate_no="GCN 2", issued_on=date(2026, 3, 10), supersedes=before)
    form = {name: getattr(new, name) for name in FIELDS} | {
        "product": product.pk,
        "holder": product.producer.pk,
        "issued_on": "10/03/2026",
        "expires_on": "",
        "supersedes": before.pk,
        "stars": 4,
    }
    assert first.post(reverse("certificate:add"), form).status_code == 302
    successor = Certificate.objects.get(supersedes=before)
    assert (successor.state, Certificate.objects.get(pk=before.pk).superseded_on) == (State.UNCHECKED, None)
    assert shines(product, client)
    second.post(reverse("certificate:check", args=[successor.pk]))
    before.refresh_from_db()
    assert (before.superseded_on, before.state) == (date(2026, 3, 10), State.SUPERSEDED)
    assert Certificate.objects.get(pk=successor.pk).state == State.VALID
    assert shines(product, client)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=before.pk).update(superseded_on=None)


FIELDS = (
    "stars",
    "certificate_no",
    "decision_no",
    "issuer_level",
    "issuer_name",
    "legal_basis",
    "source_url",
)
PROOF = {
    "withdrawn_on": "",
    "withdrawal_reason": "",
    "document": "",
    "extended_until": "",
    "extension_decision_no": "",
}


def shines(product: Product, client: Client) -> bool:
    rebuild()
    today = cards(language="vi", product_ids=[product.pk], limit=1)[0]
    on_page = "OCOP 4 sao" in client.get(product.pages.get().url).text
    register = Certificate.objects.valid_on(date(2026, 11, 1)).exists()
    assert {today.stars == 4, on_page, register} in ({True}, {False})
    return on_page


def test_withdrawal_needs_no_second_person(hub: Any) -> None:
    certificate = entered(expires_on=date(2028, 3, 10))
    certificate.save()
    gone = PROOF | {
        "withdrawn_on": "01/03/2026",
        "withdrawal_reason": "Bỏ",
        "source_url": certificate.source_url,
    }
    assert hub[0].post(reverse("certificate:edit", args=[certificate.pk]), gone).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.is_checked, certificate.state) == (True, State.WITHDRAWN)


@pytest.mark.parametrize(("day", "sent"), [("2027-08-12", 0), ("2027-08-13", 1)])
def test_producer_is_reminded_once_210_days_before(day: str, sent: int) -> None:
    entered(expires_on=date(2028, 3, 10)).save()
    with time_machine.travel(f"{day}T12:00:00+07:00"):
        assert (send_due(), send_due()) == (sent, 0)
    assert Email.objects.count() == sent
    if sent:
        text = Email.objects.get().message
        assert "từ 12/09/2027 đến 11/11/2027" in text
        assert "có giá trị đến 10/03/2028" in text


def test_quality_mark_says_who_gave_it_for_what(hub: Any, client: Client) -> None:
    product = make.make_product()
    scheme = Certification.objects.create(code="vietgap", name="VietGAP")
    scan = get_document_model().objects.create(title="Giấy", file=ContentFile(b"%PDF-1.4", name="giay.pdf"))
    form = {"product": product.pk, "certification": scheme.pk, "number": "VG-1", "expires_on": "01/01/2028"}
    form |= {"issuer": "", "scope": "", "document": "", "issued_on": ""}
    answer = hub[0].post(reverse("productcertification:add"), form)
    assert sorted(answer.context["form"].errors) == ["document", "issuer", "scope"]
    form |= {"issuer": "Trung tâm chứng nhận", "scope": "Vườn 12 ha", "document": scan.pk}
    assert hub[0].post(reverse("productcertification:add"), form).status_code == 302
    with time_machine.travel("2027-12-31T12:00:00+07:00"):
        html = flat(client.get(product.pages.get().url))
    assert "Trung tâm chứng nhận: Vườn 12 ha" in html
    assert scan.url in html
    with time_machine.travel("2027-12-31T12:00:00+07:00"):
        assert client.get(scan.url).getvalue() == b"%PDF-1.4"
    with time_machine.travel("2028-01-02T12:00:00+07:00"):
        assert "Trung tâm chứng nhận" not in client.get(product.pages.get().url).text
        assert client.get(scan.url).status_code == 404
    assert ProductCertification.objects.get().document == scan


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-01-01", False), ("2026-01-02", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_right_to_a_name_has_its_days(client: Client, day: str, holds: bool) -> None:
    indication = GeographicalIndication.objects.create(name="Lục Ngạn", register_no="00015")
    product = make.make_product(geographical_indication=indication)
    IndicationRight.objects.create(
        geographicalindication=indication,
        partner=product.producer,
        granted_on=date(2026, 1, 2),
        expires_on=date(2026, 12, 31),
    )
    rebuild()
    with time_machine.travel(f"{day}T12:00:00+07:00"):
        assert cards(language="vi", product_ids=[product.pk], limit=1)[0].gi is holds
        assert bool(listing_index("vi").any_of("chung-nhan", ["chi-dan-dia-ly"])) is holds
        assert ("00015" in client.get(product.pages.get().url).text) is holds


def test_title_of_a_village_has_source_and_end(client: Client) -> None:
    village = make.make_village()
    title = VillageRecognition(page=village, kind="ocop_tourism", name="Bản Ven", is_checked=True)
    with pytest.raises(ValidationError) as refused:
        title.clean()
    assert list(refused.value.message_dict) == ["source_url"]
    title.source_url = "https://example.vn/ocop"
    with pytest.raises(ValidationError) as refused:
        title.clean()
    assert list(refused.value.message_dict) == ["expires_on"]
    title.expires_on = date(2025, 12, 31)
    title.clean()
    title.save()
    for day, is_shown in (("2025-12-31", True), ("2026-01-01", False)):
        with time_machine.travel(f"{day}T12:00:00+07:00"):
            assert ("https://example.vn/ocop" in client.get(village.url).text) is is_shown
