"""What the catalogue adds to the admin: registration only."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page

from catalogue import policies, private_files
from catalogue.access.permissions import choosable_pages, is_producer
from catalogue.access.reach import is_fenced
from catalogue.producers import admin
from catalogue.roles import menu
from catalogue.viewsets import Registers

policies.register()
admin.hide_foreign_tags()


@hooks.register("register_admin_viewset")
def page_viewsets() -> list[ViewSet]:
    """Page listings that name nobody else."""
    return [admin.ProducerPageViewSet(), admin.ProductPageViewSet()]


@hooks.register("register_admin_viewset")
def registers() -> ViewSet:
    """What hub staff keep."""
    return Registers()


@hooks.register("before_serve_document")
def private_papers(paper: AbstractDocument, request: HttpRequest) -> None:
    """Keep papers that nothing public shows to those who may choose them."""
    private_files.refuse_private_paper(paper, request)


@hooks.register("construct_page_chooser_queryset")
def pages_to_choose(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Let those who edit a part of the market choose own and public pages only."""
    if not is_fenced(request.user):
        return pages
    return pages.filter(pk__in=choosable_pages(request.user).values("pk"))


@hooks.register("before_edit_page")
def decide_once(request: HttpRequest, _page: Page) -> HttpResponse | None:
    """Let no moderator's decision be sent a second time by the editor's saving by itself."""
    return admin.refuse_decision_by_autosave(request)


@hooks.register("register_admin_menu_item")
def own_pages_menu_item() -> MenuItem:
    """The way to the own page and its products."""
    return admin.OwnPagesMenuItem()


@hooks.register("register_admin_menu_item")
def own_part_menu_item() -> MenuItem:
    """The way to the part of the site that somebody edits."""
    return menu.OwnPartMenuItem()


@hooks.register("construct_main_menu", order=110)
@hooks.register("construct_reports_menu", order=110)
@hooks.register("construct_settings_menu", order=110)
def entries_that_lead_somewhere(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what the gate keeps closed."""
    menu.leave_out_closed(request, items)


@hooks.register("construct_main_menu", order=100)
def producers_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave producers the few entries that lead somewhere for them."""
    if is_producer(request.user):
        items[:] = [item for item in items if item.name in admin.PRODUCER_MENU]


@hooks.register("construct_homepage_panels", order=100)
def producers_home(request: HttpRequest, panels: list[Any]) -> None:
    """Show producers their own pages instead of Wagtail's panels."""
    if is_producer(request.user):
        panels[:] = [admin.OwnPagesPanel()]


@hooks.register("construct_homepage_summary_items", order=100)
def producers_summary(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Counts of all pages and pictures are for those who see them all."""
    if is_fenced(request.user):
        items.clear()
