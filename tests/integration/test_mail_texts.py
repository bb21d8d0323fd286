"""Each mail about an order says its subject in the head and in the text, whole and escaped."""

import re

import pytest
from django.utils.html import escape
from post_office.models import Email

from shop.order import mails
from shop.order.models import Order, OrderMail
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_queue")]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", OrderMail.Kind)
def test_subject_is_whole(kind: str, language: str) -> None:
    make_market()
    order = make_order(make_product(), purchase=make_purchase())
    Order.objects.update(language=language)
    OrderMail.objects.all().delete()
    OrderMail.objects.create(order=order, parcel=order.parcels.get(), kind=kind)
    mails.queue_due()
    letter = Email.objects.get(to=order.email)
    assert order.number in letter.subject
    subject = escape(letter.subject)
    assert f"<title>{subject}</title>" in letter.html_message
    assert not re.search(rf"{re.escape(subject)}\s+\.", letter.html_message)
