"""What is told of moderation, by mail and in the desk, is told in the reader's language."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.users.models import UserProfile

from catalogue.access.permissions import grant_moderators
from home import site_setup
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account, make_user, product_form

pytestmark = pytest.mark.django_db
ENGLISH = re.compile(
    r"\b(the|has|have|been|is|was|your?|here|hello|by|in|page|workflow|comments?|replies)\b", re.IGNORECASE
)
ADDRESS = re.compile(r"https?://\S+")


@pytest.fixture
def account(site_root: Any) -> ProducerAccount:
    site_setup.build()
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def moderator(account: ProducerAccount) -> Any:
    user = make_user("duyet@example.vn", first_name="Duyệt")
    grant_moderators(users=[user])
    return user


@pytest.fixture
def boss(account: ProducerAccount) -> Any:
    return get_user_model().objects.create_superuser("sep@example.vn", "mat-khau-dai-10", first_name="Sếp")


def english_in(words: str) -> list[str]:
    return [line for line in ADDRESS.sub("", words).splitlines() if ENGLISH.search(line)]


def mails_to(user: Any) -> list[str]:
    return [f"{each.subject}\n{each.body}" for each in mail.outbox if each.to == [user.email]]


def post(client: Client, page: Page, action: str, **fields: Any) -> str:
    """Post the page's form with the button `action`; return what the desk says of it."""
    form = product_form(slug=page.slug, **fields)
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form | comments | {action: "1"})
    return said(answer)


def said(answer: Any) -> str:
    return strip_tags(" ".join(str(each) for each in get_messages(answer.wsgi_request)))


def decide(client: Client, page: Page, verb: str) -> None:
    task = Page.objects.get(pk=page.pk).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, verb, task.pk])
    assert client.post(address, {"comment": "Thiếu ảnh"}).status_code == 302


def test_mails_and_messages_of_a_page_in_moderation(
    account: ProducerAccount, moderator: Any, boss: Any
) -> None:
    lan, duyet = log_in(account.user), log_in(moderator)
    told = [post(lan, account.draft, "action-submit"), post(lan, account.draft, "action-cancel-workflow")]
    told.append(post(lan, account.draft, "action-submit"))
    decide(duyet, account.draft, "reject")
    told.append(post(lan, account.draft, "action-restart-workflow"))
    decide(duyet, account.draft, "approve")
    assert all(told)
    assert "Đã rút lại trang “Bình hoa”" in told[1]
    assert [len(mails_to(user)) for user in (account.user, moderator, boss)] == [2, 3, 6]
    assert any("Gốm nhà Lan đã gửi trang “Bình hoa” đi duyệt" in each for each in mails_to(boss))
    texts = [f"{each.subject}\n{each.body}" for each in mail.outbox]
    assert english_in("\n".join([*told, *texts])) == []


def test_a_moderator_who_reads_english_is_written_to_in_english(
    account: ProducerAccount, moderator: Any
) -> None:
    UserProfile.get_for_user(moderator)
    UserProfile.objects.filter(user=moderator).update(preferred_language="en")
    post(log_in(account.user), account.draft, "action-submit")
    assert "has been submitted for approval" in mails_to(moderator)[0]


def test_messages_to_an_editor(account: ProducerAccount, boss: Any) -> None:
    client = log_in(boss)
    add = reverse("wagtailadmin_pages:add", args=["catalogue", "productpage", account.page.pk])
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    form = product_form(title="Chum", slug="chum") | comments
    told = [said(client.post(add, form | {"action-publish": "1"}))]
    page = Page.objects.get(slug="chum", locale__language_code="vi")
    told += [
        post(client, page, "action-publish", title=""),
        post(client, page, "action-publish", title="Chum"),
    ]
    told += [
        said(client.post(reverse(f"wagtailadmin_pages:{verb}", args=[page.pk])))
        for verb in ("unpublish", "delete")
    ]
    assert all(told)
    assert "Đã tạo trang “Chum” và đưa lên chợ." in told[0]
    assert english_in("\n".join(told)) == []


@pytest.mark.parametrize("event", ["approved", "rejected", "submitted"])
@pytest.mark.parametrize("thing", ["task_state", "workflow_state"])
@pytest.mark.parametrize("kind", [".txt", ".html", "_subject.txt"])
def test_every_mail_of_wagtails(
    account: ProducerAccount, boss: Any, thing: str, event: str, kind: str
) -> None:
    names = {"workflow": {"name": "Duyệt trang"}, "task": {"name": "Người của chợ", "id": 1}}
    context = {"page": account.draft, "user": boss, "comment": "Thiếu ảnh", **names}
    with translation.override("vi"):
        text = render_to_string(f"wagtailadmin/notifications/{thing}_{event}{kind}", context)
    assert english_in(strip_tags(re.sub(r"(?s)<style.*?</style>", "", text))) == []


def test_saving_by_itself_decides_nothing(account: ProducerAccount, moderator: Any) -> None:
    """Pressed once, "approve" is also among what the editor saves while the answer is on its way."""
    post(log_in(account.user), account.draft, "action-submit")
    duyet, edit = log_in(moderator), reverse("wagtailadmin_pages:edit", args=[account.draft.pk])
    form = product_form(slug=account.draft.slug, title="Bình men nâu")
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    by_itself = {"Accept": "application/json"}

    answer = duyet.post(edit, form | approve, headers=by_itself)
    page = Page.objects.get(pk=account.draft.pk)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert (page.live, page.workflow_in_progress, page.draft_title) == (False, True, "Bình hoa")

    assert duyet.post(edit, form, headers=by_itself).json()["success"]
    assert duyet.post(edit, form | approve).status_code == 302
    page = Page.objects.get(pk=account.draft.pk)
    assert (page.live, page.workflow_in_progress, page.title) == (True, False, "Bình men nâu")

    assert duyet.post(edit, form | approve, headers=by_itself).status_code == 400
    page = Page.objects.get(pk=account.draft.pk)
    assert (page.live, page.has_unpublished_changes) == (True, False)
