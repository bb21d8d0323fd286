"""What a producer may reach in the desk: one request for each address that the gate opens.

Each is asked twice: with its name taken off the list it is refused, with it there it answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.models import Page

from catalogue.access.permissions import grant_moderators
from catalogue.producers import gate
from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.ledger.models import Payout
from shop.order.models import ReturnPhoto
from tests.factories import make_picture
from tests.integration.test_returns import ask as ask_return
from tests.integration.test_returns import photo
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account, product_form
from tests.returns import last_request
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request of a producer about the own things."""

    args: tuple[Any, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    method: str = "get"
    status: int = 200
    refused: int = 403

    def send(self, client: Client, name: str) -> HttpResponse:
        return getattr(client, self.method)(reverse(name, args=self.args), self.data)


ABOUT_NOTHING = {
    "wagtailadmin_home": Ask(),
    "wagtailadmin_login": Ask(status=302),
    "wagtailadmin_logout": Ask(method="post", status=302),
    "wagtailadmin_account": Ask(),
    "wagtailadmin_javascript_catalog": Ask(),
    "wagtailadmin_sprite": Ask(),
    "wagtailadmin_dismissibles": Ask(),
    "wagtailadmin_password_reset": Ask(),
    "wagtailadmin_password_reset_done": Ask(),
    "wagtailadmin_password_reset_confirm": Ask(args=("x", "y")),
    "wagtailadmin_password_reset_complete": Ask(),
    "wagtailadmin_choose_page_search": Ask(),
    "wagtailadmin_choose_page_external_link": Ask(),
    "wagtailadmin_choose_page_email_link": Ask(),
    "wagtailadmin_choose_page_phone_link": Ask(),
    "wagtailadmin_choose_page_anchor_link": Ask(),
    "producer_prices:prices": Ask(),
    "producer_parcels:index": Ask(),
    "producer_statements:statements": Ask(),
}


def about_pages(own: ProducerAccount) -> dict[str, Ask]:
    draft, page, product = own.draft, own.page.pk, own.product_page.pk
    revision, kind = draft.latest_revision_id, ("catalogue", "productpage")
    grant_moderators()
    workflow = draft.get_workflow().start(draft, own.user).pk
    session = EditingSession.objects.create(
        user=own.user,
        content_type=ContentType.objects.get_for_model(Page),
        object_id=str(product),
        last_seen_at=timezone.now(),
    ).pk
    return {
        "wagtailadmin_explore": Ask(args=(page,), refused=302),
        "wagtailadmin_explore_results": Ask(args=(page,)),
        "wagtailadmin_pages:add": Ask(args=(*kind, page)),
        "wagtailadmin_pages:add_subpage": Ask(args=(page,), status=302),  # there is one kind
        "wagtailadmin_pages:preview_on_add": Ask(args=(*kind, page), data=product_form(), method="post"),
        "wagtailadmin_pages:edit": Ask(args=(product,)),
        "wagtailadmin_pages:preview_on_edit": Ask(args=(product,), data=product_form(), method="post"),
        "wagtailadmin_pages:view_draft": Ask(args=(product,)),
        "wagtailadmin_pages:confirm_workflow_cancellation": Ask(args=(draft.pk,)),
        "wagtailadmin_pages:history": Ask(args=(product,)),
        "wagtailadmin_pages:history_results": Ask(args=(product,)),
        "wagtailadmin_pages:revisions_index": Ask(args=(product,), status=302),  # to the history
        "wagtailadmin_pages:revisions_view": Ask(args=(draft.pk, revision)),
        "wagtailadmin_pages:revisions_revert": Ask(args=(draft.pk, revision)),
        "wagtailadmin_pages:revisions_compare": Ask(args=(draft.pk, "earliest", "latest")),
        "wagtailadmin_pages:workflow_history": Ask(args=(draft.pk,)),
        "wagtailadmin_pages:workflow_history_detail": Ask(args=(draft.pk, workflow)),
        "wagtailadmin_editing_sessions:ping": Ask(
            args=("wagtailcore", "page", product, session), method="post"
        ),
        "wagtailadmin_editing_sessions:release": Ask(args=(session,), method="post"),
        "wagtailadmin_choose_page_child": Ask(args=(page,)),
        "wagtailadmin_choose_page_chosen_multiple": Ask(data={"id": product}),
    }


def about_pictures(own: ProducerAccount) -> dict[str, Ask]:
    unused = make_picture(collection=own.partner.collection, uploaded_by_user=own.user)
    return {
        "wagtailimages_chooser:choose": Ask(),
        "wagtailimages_chooser:choose_results": Ask(),
        "wagtailimages_chooser:create": Ask(),
        "wagtailimages_chooser:chosen": Ask(args=(own.picture.pk,)),
        "wagtailimages_chooser:chosen_multiple": Ask(data={"id": own.picture.pk}),
        "wagtailimages:edit": Ask(args=(own.picture.pk,)),
        # Refused, it leads back to the picture, which is still there for the second time.
        "wagtailimages:delete": Ask(args=(unused.pk,), method="post", status=302, refused=302),
    }


def about_sales(own: ProducerAccount) -> dict[str, Ask]:
    make_market()
    parcel, fresh = (make_order(own.product).parcels.get() for _ in range(2))
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    ask_return(parcel, photo())
    bank = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "LAN"}
    today = timezone.localdate()
    payout = Payout.objects.create(partner=own.partner, run=today, total=1_000, **bank)
    asked = last_request(parcel)
    answer = {f"decide-{asked}-note": "Gửi lại cho chúng tôi.", "accept": "1"}
    return {
        "producer_parcels:detail": Ask(args=(parcel.pk,)),
        "producer_parcels:step": Ask(args=(fresh.pk, "accept"), method="post", status=302),
        "producer_parcels:photo": Ask(args=(parcel.pk, ReturnPhoto.objects.get().pk)),
        "producer_parcels:decide": Ask(args=(parcel.pk, asked), data=answer, method="post", status=302),
        "producer_statements:statement": Ask(args=(payout.pk,)),
        "producer_statements:lines": Ask(args=(payout.pk,)),
        "producer_statements:bill": Ask(args=(payout.partner_id,)),
        "producer_statements:bill_lines": Ask(args=(payout.partner_id,)),
    }


@pytest.fixture
def own(site_root: Any) -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


def about_nothing(_own: ProducerAccount) -> dict[str, Ask]:
    return ABOUT_NOTHING


OPENED: dict[Callable[[ProducerAccount], dict[str, Ask]], set[str]] = {
    about_nothing: set(ABOUT_NOTHING),
    about_pictures: {name for name in gate.OPEN | gate.ASKED.keys() if name.startswith("wagtailimages")},
    about_sales: {
        name
        for name in gate.OPEN - ABOUT_NOTHING.keys()
        if name.startswith(("producer_parcels:", "producer_statements:"))
    },
}
OPENED[about_pages] = (gate.OPEN | gate.ASKED.keys()).difference(*OPENED.values())


@pytest.mark.parametrize("about", OPENED)
def test_a_producer_reaches_what_the_list_opens_and_only_by_it(
    own: ProducerAccount, about: Callable[[ProducerAccount], dict[str, Ask]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = about(own)
    assert asks.keys() == OPENED[about]
    for name, ask in asks.items():
        client = log_in(own.user)
        with monkeypatch.context() as shorter:
            shorter.setattr(gate, "OPEN", gate.OPEN - {name})
            shorter.delitem(gate.ASKED, name, raising=False)
            assert ask.send(client, name).status_code == ask.refused, name
        assert ask.send(client, name).status_code == ask.status, name


@pytest.mark.parametrize("name", sorted(gate.HOME_INSTEAD))
def test_what_lists_everything_leads_home(own: ProducerAccount, name: str) -> None:
    answer = log_in(own.user).get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))


@pytest.mark.parametrize(("name", "instead"), sorted(gate.OWN_PAGE_INSTEAD.items()))
def test_what_starts_at_the_first_page_starts_at_the_own_one(
    own: ProducerAccount, name: str, instead: str
) -> None:
    answer = log_in(own.user).get(reverse(name), {"page_type": "catalogue.productpage"})
    own_page = reverse(instead, args=[own.page.pk])
    assert (answer.status_code, answer["Location"]) == (302, f"{own_page}?page_type=catalogue.productpage")
    assert log_in(own.user).get(answer["Location"]).status_code == 200
