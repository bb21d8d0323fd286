"""What a certificate cannot say: refused beside the field of the form, before it is entered."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue import certificate_rules as rules

if TYPE_CHECKING:
    from catalogue.models.certificate import Certificate


def refuse_untrue(entered: "Certificate") -> None:
    """Refuse a new certificate that the law, the register or its papers speak against.

    Raises:
        ValidationError: with a sentence for each field.
    """
    found: dict[str, str | Promise] = {**_level(entered), **_holder(entered), **_term(entered)}
    if entered.decision_no and not rules.is_decision_no(entered.decision_no):
        found["decision_no"] = _("Ghi đủ số và ký hiệu, ví dụ: 12/QĐ-UBND.")
    if not entered.document and not entered.source_url:
        found["document"] = _("Cần bản quét hoặc nguồn công bố.")
    if found:
        raise ValidationError(found)


def refuse_extension(changed: "Certificate") -> None:
    """Refuse an extension without its decision, or one that is longer than the law's.

    Raises:
        ValidationError: beside the field.
    """
    until, regular = changed.extended_until, changed.extended_from or changed.expires_on
    if until is None or regular is None:
        return
    if not rules.is_decision_no(changed.extension_decision_no):
        raise ValidationError({"extension_decision_no": _("Ghi đủ số và ký hiệu, ví dụ: 12/QĐ-UBND.")})
    latest = regular + timedelta(days=rules.EXTENSION_DAYS)
    if not regular < until <= latest:
        words = _("Gia hạn sau %(first)s và không quá %(last)s.")
        days = {"first": date_format(regular, "d/m/Y"), "last": date_format(latest, "d/m/Y")}
        raise ValidationError({"extended_until": words % days})


def _level(entered: "Certificate") -> dict[str, str | Promise]:
    if not (entered.stars and entered.issued_on and entered.issuer_level):
        return {}
    level = rules.level_of(entered.stars, entered.issued_on)
    if entered.issuer_level == level:
        return {}
    words = {
        "stars": entered.stars,
        "day": date_format(entered.issued_on, "d/m/Y"),
        "level": type(entered).Level(level).label,
    }
    return {"issuer_level": _("Ngày %(day)s, %(stars)d sao do %(level)s công nhận.") % words}


def _holder(entered: "Certificate") -> dict[str, str | Promise]:
    if not (entered.product_id and entered.holder_id) or entered.holder_note.strip():
        return {}
    if entered.product.producer_id in (None, entered.holder_id):
        return {}
    return {"holder_note": _("Chủ thể không phải cơ sở làm món này: ghi vì sao, ví dụ tên cũ.")}


def _term(entered: "Certificate") -> dict[str, str | Promise]:
    if not (entered.issued_on and entered.expires_on):
        return {}
    last = rules.regular_end(entered.issued_on)
    if entered.expires_on <= last:
        return {}
    words = _("Giấy có hiệu lực nhiều nhất 36 tháng, đến %(day)s. Gia hạn thì ghi ở ô gia hạn.")
    return {"expires_on": words % {"day": date_format(last, "d/m/Y")}}
