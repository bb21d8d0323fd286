"""OCOP certificates of the demo, every one marked as an illustration, and the sheet they show."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from catalogue.models import Certificate, Product
from demo.market import data

if TYPE_CHECKING:
    from shop.partner.models import Partner

TITLE = "Giấy chứng nhận OCOP (bản minh hoạ)"
SHEET = "giay-chung-nhan-minh-hoa.pdf"


def award(product: Product, row: dict[str, Any]) -> None:
    """Enter the product's certificate, and the one before it where the data have one."""
    former = row.get("former_certificate")
    before = _enter(product, former, stars=former["stars"]) if former else None
    _enter(product, row["certificate"], stars=row["stars"], supersedes=before)


def _enter(
    product: Product, row: dict[str, Any], *, stars: int, supersedes: Certificate | None = None
) -> Certificate:
    withdrawn = row.get("withdrawn_on")
    return Certificate.objects.create(
        product=product,
        holder=cast("Partner", product.producer),
        stars=stars,
        certificate_no=row["number"],
        decision_no=row["decision_number"],
        issuer_level=row["issuer_level"],
        issuer_name=row["issuer_vi"],
        issuer_name_en=row["issuer_en"],
        legal_basis=row["legal_basis"].removeprefix("Decision ").replace(" as amended by ", ", sửa đổi bởi "),
        issued_on=date.fromisoformat(row["issued_on"]),
        expires_on=date.fromisoformat(row["expires_on"]),
        withdrawn_on=date.fromisoformat(withdrawn) if withdrawn else None,
        withdrawal_reason=row.get("withdrawal_reason", ""),
        supersedes=supersedes,
        document=sheet(),
        is_illustrative=True,
    )


@cache
def sheet() -> Document:
    """Return the document that all certificates of the demo show as their scan: it says it is none."""
    found = Document.objects.filter(title=TITLE).first()
    if found:
        return found
    content = (data.FOLDER / SHEET).read_bytes()
    return Document.objects.create(title=TITLE, file=ContentFile(content, name=SHEET))
