"""Producers: legal record, page, and the rights of their people."""

from typing import Any

from django.db import transaction

from catalogue.access.permissions import grant_producer
from catalogue.models import ProducerIndexPage, ProducerPage
from demo.market import data
from demo.market.pages import Demo, Words, english_slug, ensure, paragraphs
from demo.market.pictures import picture
from demo.market.villages import village
from shop.partner.models import Partner

WITHOUT_VILLAGE = {"cty-thuc-pham-kinh-bac": "gia-vi", "xuong-moc-dong-ky": "go-dong-ky-ghe"}


@transaction.atomic
def load() -> int:
    """Make the producers that are missing, with their pages, and return how many that were."""
    index = ProducerIndexPage.objects.get(locale__language_code="vi")
    return sum(_load_one(index, row) for row in data.read("producers"))


def _load_one(index: ProducerIndexPage, row: dict[str, Any]) -> bool:
    partner, made = Partner.objects.get_or_create(code=row["slug"], defaults=_legal_record(row))
    ensure(index, _page(row, partner))
    if made:
        grant_producer(partner=partner)
    return made


def _legal_record(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name_vi"],
        "name_en": row["name_en"],
        "legal_form": row["legal_form"],
        "representative": row["representative_vi"],
        "tax_code": row["tax_code"],
        "business_licence": row["business_licence"],
        "commune_id": row["commune_code"],
        "address": "Địa chỉ minh hoạ",
        "phone": row["phone"],
        "email": row["email"],
        "website": row["website"],
        "members": row["members"],
        "founded_year": row["founded_year"],
        "bank_bin": row["bank"]["bin"],
        "bank_account": row["bank"]["account"],
        "bank_holder": row["bank"]["holder"],
        "is_illustrative": True,
    }


def _page(row: dict[str, Any], partner: Partner) -> Demo:
    home = village(row["village"])
    portrait = home.hero if home else picture(WITHOUT_VILLAGE[row["slug"]])
    return Demo(
        model=ProducerPage,
        vietnamese=Words(row["slug"], _words(row, "vi")),
        english=Words(english_slug(row["name_en"]), _words(row, "en")),
        shared={"partner": partner, "village": home, "portrait": portrait, "share_picture": portrait},
    )


def _words(row: dict[str, Any], language: str) -> dict[str, Any]:
    description = row[f"description_{language}"]
    return {
        "title": row[f"name_{language}"],
        "summary": description,
        "search_description": description,
        "body": [("text", paragraphs(description))],
    }
