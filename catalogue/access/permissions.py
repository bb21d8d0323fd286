"""Who may do what in the admin: producers, moderators, hub staff.

A producer's rights hang on one group per `Partner`: `add` and `change` on the own `ProducerPage`
(Wagtail passes them down to its product pages) and the own picture collection. `change` and not
ownership, because a cooperative has several people and a page only one owner; what `change` would
open too far is closed elsewhere: the page's partner by its panel and by `catalogue.access.page_forms`,
every other address by `catalogue.producers.gate`. Whoever else has rights on a part of the market only
(`catalogue.access.reach`) stands before `catalogue.roles.gate`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _
from oscar.apps.customer.abstract_models import AbstractUser
from oscar.apps.partner.abstract_models import AbstractPartner
from oscar.core.loading import get_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    PagePermissionTester,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from catalogue.access.users import RequestUser

MODERATORS = "Người duyệt"
HUB_STAFF = "Nhân viên sàn"
PRODUCER_PAGE_ACTIONS = ("add", "change")
MODERATOR_PAGE_ACTIONS = ("add", "change", "publish", "lock", "unlock")
WHO_IS_PAID = "partner.change_partner"
WORKS_FOR_PRODUCER = "_edits_whole_market"  # where the answer stays on a user
PICTURE_ACTIONS = ("add", "change", "choose")
TRANSLATE = "wagtail_localize.submit_translation"  # a migration of the package makes it, of no model
REGISTERS = {
    # What hub staff keep. Users are not among them: whoever may change a user may become any other,
    # so that stays with superusers.
    "catalogue.certificate": ("add", "change", "view"),
    "catalogue.certification": ("add", "change", "delete", "view"),
    "catalogue.productcertification": ("add", "change", "delete", "view"),
    "catalogue.geographicalindication": ("add", "change", "delete", "view"),
    "catalogue.indicationright": ("add", "change", "delete", "view"),
    "catalogue.salespoint": ("add", "change", "delete", "view"),
    "catalogue.province": ("add", "change", "view"),
    "catalogue.commune": ("add", "change", "view"),
    "catalogue.formerunit": ("add", "change", "delete", "view"),
    "catalogue.category": ("add", "change", "delete", "view"),
    "catalogue.seededrow": ("change", "view"),
    "partner.partner": ("add", "change", "view"),
    "partner.stockrecord": ("change", "view"),
    "order.order": ("change", "view"),
    "payment.bankaccount": ("add", "change", "view"),
    "payment.bankline": ("change", "view"),
    "payment.payment": ("view",),
    "ledger.payout": ("change", "view"),
    "tax.vatrate": ("add", "change", "delete", "view"),
    "ledger.categoryrate": ("add", "change", "delete", "view"),
    "ledger.offerfunding": ("add", "change", "delete", "view"),
    "ledger.withholdingrate": ("add", "change", "delete", "view"),
    "shipping.shippingzone": ("add", "change", "delete", "view"),
    "shipping.shippingtariff": ("change", "view"),
    "home.marketsettings": ("change",),
}


def partners_of(user: RequestUser) -> QuerySet[AbstractPartner]:
    """Return the producers for whom `user` works; for nobody but producers there are any."""
    Partner = get_model("partner", "Partner")
    if not user.is_authenticated or user.is_superuser:
        return Partner.objects.none()
    return Partner.objects.filter(group__user=user)


def is_producer(user: RequestUser) -> bool:
    """Say whether `user` works for producers alone: any member of a producer's group but the hub's own people.

    Moderators and hub staff who join a producer keep their work: to them it opens the producer's parcels, prices and
    statements (`works_for_producer`) and closes nothing.
    """
    return _edits_whole_market(user) is False


def works_for_producer(user: RequestUser) -> bool:
    """Say whether `user` works for a producer, among other things or alone."""
    return _edits_whole_market(user) is not None


def _edits_whole_market(user: RequestUser) -> bool | None:
    """Return whether somebody who works for a producer edits all pages besides; None for who works for none.

    Asked several times per request in the admin, so the answer stays on the user object.
    """
    if not hasattr(user, WORKS_FOR_PRODUCER):
        rights = GroupPagePermission.objects.filter(group__producer=None, page__depth=1)
        hub = Exists(rights.filter(group__user=user.pk, permission__codename="change_page"))
        setattr(
            user, WORKS_FOR_PRODUCER, partners_of(user).values_list(hub, flat=True).order_by("pk").first()
        )
    known: bool | None = getattr(user, WORKS_FOR_PRODUCER)
    return known


def may_change_who_is_paid(user: RequestUser) -> bool:
    """Say whether `user` may give a page, and with it its goods, to another producer: by its form or by moving it."""
    return user.has_perm(WHO_IS_PAID)


class MarketPageTester(PagePermissionTester):
    """What anybody but a producer may do with a page."""

    def can_move_to(self, destination: Page) -> bool:
        """Leave goods under the producer whose they are, unless the user may say who is paid."""
        if not super().can_move_to(destination):
            return False
        paid = [getattr(page.specific, "partner_id", None) for page in (self.page.get_parent(), destination)]
        return paid[0] == paid[1] or may_change_who_is_paid(self.user)


class ProducerPageTester(PagePermissionTester):
    """What a producer may do with a page: write it and hand it in, no more."""

    def _never(self, *_args: Any, **_options: Any) -> bool:
        return False

    can_copy = can_delete = can_move = can_lock = can_unlock = _never
    can_publish = can_unpublish = can_publish_subpage = can_reorder_children = _never


def own_pages(user: RequestUser) -> QuerySet[Page]:
    """Return the pages that the groups of `user` may edit; a producer's are those of the producers' groups."""
    pages = Page.objects.none()
    groups = user.groups.filter(producer__isnull=False) if is_producer(user) else user.groups.all()
    for path in (
        GroupPagePermission.objects.filter(group__in=groups).values_list("page__path", flat=True).distinct()
    ):
        pages |= Page.objects.filter(path__startswith=path)
    return pages


def choosable_pages(user: RequestUser) -> QuerySet[Page]:
    """Return the pages that somebody fenced may see in choosers and link to: own ones and what is public.

    To producers other producers' pages are left out, public or not: nobody's page leads to a rival by
    mistake.
    """
    shown = Page.objects.live().public()
    if is_producer(user):
        shown = shown.not_exact_type(
            get_model("catalogue", "ProducerPage"), get_model("catalogue", "ProductPage")
        )
    return shown | own_pages(user)


@transaction.atomic
def grant_producer(*, partner: AbstractPartner, users: Iterable[AbstractUser] = ()) -> Group:
    """Let `users` work for `partner`: its pages, its pictures, its prices and stock.

    Idempotent; call it again when the partner gets its page or a new person. Makes the
    partner's group and picture collection, and writes both on the partner.

    Args:
        partner: the producer; its pages in the source language become editable. The other
            languages follow by translation, which is the hub's work.
        users: people to add. Nobody is removed.
    """
    group = partner.group or Group.objects.create(name=_("Người làm: %(code)s") % {"code": partner.code})
    collection = partner.collection or _root_collection().add_child(name=partner.name)
    if (partner.group, partner.collection) != (group, collection):
        partner.group, partner.collection = group, collection
        partner.save(update_fields=["group", "collection"])
    group.permissions.add(_permission("wagtailadmin", "access_admin"))
    for action in PICTURE_ACTIONS:
        permission = _permission("wagtailimages", f"{action}_image")
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
    _share_pages(partner, group)
    for user in users:
        user.groups.add(group)
        partner.users.add(user)
    return group


@transaction.atomic
def transfer_page(page: Page) -> None:
    """Give a producer's page to the people of the partner it names, and take it from all others."""
    if page.partner and page.partner.group:
        _share_pages(page.partner, page.partner.group)
    else:
        GroupPagePermission.objects.filter(group__producer__isnull=False, page=page.page_ptr).delete()


@transaction.atomic
def revoke_producer(*, partner: AbstractPartner, users: Iterable[AbstractUser]) -> None:
    """Let `users` no longer work for `partner`; what they wrote stays."""
    for user in users:
        user.groups.remove(partner.group)
        partner.users.remove(user)


@transaction.atomic
def grant_moderators(*, users: Iterable[AbstractUser] = ()) -> Group:
    """Let `users` edit, compare, send back and publish all pages; return their group.

    Also sets up the review that every producer's page goes through. Idempotent.
    """
    group = _editors(MODERATORS)
    ensure_review(group)
    for user in users:
        user.groups.add(group)
    return group


@transaction.atomic
def grant_hub_staff(*, users: Iterable[AbstractUser] = ()) -> Group:
    """Let `users` keep the registers besides all pages; return their group. Idempotent."""
    group = _editors(HUB_STAFF)
    for label, actions in REGISTERS.items():
        app_label, model = label.split(".")
        rights = [f"{app_label}.{action}_{model}" for action in actions]
        _give_once(group, "model", rights, group.permissions.add)
    if Permission.objects.filter(codename=TRANSLATE.partition(".")[2]).exists():
        _give_once(group, "model", [TRANSLATE], group.permissions.add)
    for user in users:
        user.groups.add(group)
    return group


def ensure_review(moderators: Group) -> Workflow:
    """Make producers' pages, in every language, wait for one of `moderators`. Idempotent.

    Another workflow that a superuser chose for them stays while it is active.
    """
    task = GroupApprovalTask.objects.filter(groups=moderators, active=True).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=_("Người của chợ duyệt"))
        task.groups.set([moderators])
    workflow = Workflow.objects.filter(workflow_tasks__task=task, active=True).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=_("Duyệt trang của người làm"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for page in get_model("catalogue", "ProducerIndexPage").objects.all():
        WorkflowPage.objects.filter(page=page.page_ptr, workflow__active=False).delete()
        WorkflowPage.objects.get_or_create(page=page.page_ptr, defaults={"workflow": workflow})
    return workflow


def _share_pages(partner: AbstractPartner, group: Group) -> None:
    """Set the group's page permissions to the partner's pages, and take those from anyone else."""
    pages = [page.page_ptr for page in partner.pages.filter(locale=Locale.get_default())]
    granted = GroupPagePermission.objects.filter(group__producer__isnull=False)
    granted.filter(group=group).exclude(page__in=pages).delete()
    granted.filter(page__in=pages).exclude(group=group).delete()
    for page in pages:
        for action in PRODUCER_PAGE_ACTIONS:
            GroupPagePermission.objects.get_or_create(
                group=group, page=page, permission=_permission("wagtailcore", f"{action}_page")
            )


def _editors(name: str) -> Group:
    """Return the group `name` with the rights on all pages, pictures and documents."""
    group, created = Group.objects.get_or_create(name=name)
    if created:
        _given(group).delete()
    # publish_page is what panels ask for: slug, a producer's village
    general = ["wagtailadmin.access_admin", "wagtailcore.publish_page"]
    pages = [f"wagtailcore.{action}_page" for action in MODERATOR_PAGE_ACTIONS]
    files = [
        f"{app_label}.{action}_{model}"
        for action in PICTURE_ACTIONS
        for app_label, model in [("wagtailimages", "image"), ("wagtaildocs", "document")]
    ]
    on_pages = {"group": group, "page": Page.get_first_root_node()}
    on_files = {"group": group, "collection": _root_collection()}
    _give_once(group, "model", general, group.permissions.add)
    _give_once(
        group,
        "page",
        pages,
        lambda right: GroupPagePermission.objects.get_or_create(permission=right, **on_pages),
    )
    _give_once(
        group,
        "files",
        files,
        lambda right: GroupCollectionPermission.objects.get_or_create(permission=right, **on_files),
    )
    return group


def _given(group: Group) -> QuerySet[Any]:
    """Return what a role was given already, by this code."""
    return get_model("catalogue", "SeededRow").objects.filter(
        dataset="roles", key__startswith=f"{group.name}|"
    )


def _give_once(group: Group, kind: str, rights: Iterable[str], give: Callable[[Permission], Any]) -> None:
    """Give a role the rights that it never had: those that a superuser took away stay away."""
    given = set(_given(group).values_list("key", flat=True))
    new = {right: key for right in rights if (key := f"{group.name}|{kind}|{right}") not in given}
    for right in new:
        give(_permission(*right.split(".")))
    SeededRow = get_model("catalogue", "SeededRow")
    SeededRow.objects.bulk_create(SeededRow(dataset="roles", key=key, applied=True) for key in new.values())


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _root_collection() -> Collection:
    root: Collection = Collection.get_first_root_node()
    return root
