"""The frame of the site: root, languages, site record, and one index page per section in each.

A shop without demo data stands on it: editors fill the sections.
"""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sites.models import Site as DjangoSite
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, Locale, Page, Revision, Site
from wagtail.signals import page_published
from wagtail_localize.models import LocaleSynchronization

from catalogue.models import (
    CataloguePage,
    ProducerIndexPage,
    SeededRow,
    SpecialtyIndexPage,
    VillageIndexPage,
)
from home.models import EventIndexPage, HomePage, SalesPointIndexPage, StoryIndexPage
from shop.address.country import home_country


@dataclass(frozen=True)
class Section:
    """An index page: its type, and slug, title and lead in Vietnamese and English."""

    model: type[Page]
    slug: str
    title: str
    intro: str
    slug_en: str
    title_en: str
    intro_en: str


SECTIONS = (
    Section(
        VillageIndexPage,
        "lang-nghe",
        "Làng nghề",
        "Mỗi làng một nghề, mỗi nghề một câu chuyện. Chọn một làng để xem ai làm, làm gì và đến thăm thế nào.",
        "craft-villages",
        "Craft villages",
        "Every village has its craft and every craft its story. Choose one to see who makes what, and how to visit.",
    ),
    Section(
        SpecialtyIndexPage,
        "dac-san",
        "Đặc sản theo mùa",
        "Mùa nào thức nấy: tháng này có gì, vùng nào làm ra, chọn sao cho ngon.",
        "specialties",
        "Specialties by season",
        "What is in season, where it comes from and how to choose it.",
    ),
    Section(
        CataloguePage,
        "san-pham",
        "Sản phẩm",
        "Hàng của các cơ sở OCOP, lọc theo sao, làng, nhóm, giá và mùa.",
        "products",
        "Products",
        "Goods from OCOP makers: filter by stars, village, group, price and season.",
    ),
    Section(
        ProducerIndexPage,
        "nguoi-lam",
        "Người làm",
        "Hợp tác xã, tổ hợp tác, hộ gia đình: mỗi món hàng đều có người đứng tên.",
        "makers",
        "Makers",
        "Cooperatives, groups and family workshops: every item has a name behind it.",
    ),
    Section(
        EventIndexPage,
        "su-kien",
        "Sự kiện",
        "Hội làng, phiên chợ và ngày mở xưởng sắp tới.",
        "events",
        "Events",
        "Village festivals, fairs and open days to come.",
    ),
    Section(
        SalesPointIndexPage,
        "diem-ban",
        "Điểm bán",
        "Những quầy OCOP có hàng thật để cầm lên xem, và nơi nhận đơn.",
        "shops",
        "Sales points",
        "OCOP shops where you can hold the goods in your hand, and collect an order.",
    ),
    Section(
        StoryIndexPage,
        "chuyen",
        "Chuyện làng",
        "Chuyện nghề, chuyện người, chuyện mùa.",
        "stories",
        "Stories",
        "Crafts, people and seasons.",
    ),
)


DJANGOS_OWN_NAME = "example.com"  # of the site that Django's migrations make


KEYS = uuid.UUID("5f0f7a1e-7b53-4f0e-9a53-9c6f3d6f2b24")  # a space of our own for keys made of names


def key_of(model: type[Page], slug: str) -> uuid.UUID:
    """Return the translation key of a page that is shipped, by the slug it was made with."""
    return uuid.uuid5(KEYS, f"{model._meta.label_lower}/{slug}")


@transaction.atomic
def build() -> HomePage:
    """Make what is missing of the frame, in both languages, and return the Vietnamese home page.

    Pages that stand are left as editors wrote them, sections that they deleted stay away; the site's
    address follows BASE_URL.
    """
    vietnamese, english = _locale("vi"), _locale("en")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    home = _home(vietnamese)
    _point_sites_at(home)
    english_home = _english_home(home, english)
    for section in SECTIONS:
        page = _section(home, section)
        if page:
            _english_section(page, english_home, section)
    home_country()
    LocaleSynchronization.objects.get_or_create(locale=english, defaults={"sync_from": vietnamese})
    return home


def follow_base_url() -> None:
    """Point the site records at BASE_URL: canonical links, language links and sitemaps name it."""
    _point_sites_at(HomePage.objects.get(locale__language_code=settings.LANGUAGE_CODE, depth=2))


def put(parent: Page, page: Any) -> Any:
    """Add `page` under `parent` as published, with a first revision that editors can come back to.

    The same as adding, saving a revision and publishing it, with one save and one indexing instead of
    three: a market of some 280 pages stands in half the time.
    """
    page.live, page.has_unpublished_changes = True, False
    page.first_published_at = page.last_published_at = timezone.now()
    parent.add_child(instance=page)
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        content=page.serializable_data(),
        object_str=str(page),
    )
    Page.objects.filter(pk=page.pk).update(
        latest_revision=revision, live_revision=revision, latest_revision_created_at=revision.created_at
    )
    added = type(page).objects.get(pk=page.pk)
    page_published.send(sender=type(page), instance=added, revision=revision)
    return added


def _locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]


def _home(vietnamese: Locale) -> HomePage:
    found = HomePage.objects.filter(locale=vietnamese, depth=2).first()
    if found:
        return found
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root", locale=vietnamese)
    return put(
        root, HomePage(locale=vietnamese, title=settings.MARKET.name, **settings.MARKET.home_page["vi"])
    )


def _point_sites_at(home: HomePage) -> None:
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    host = address.hostname or "localhost"
    port = address.port or (443 if address.scheme == "https" else 80)
    facts = {
        "hostname": host,
        "port": port,
        "root_page": home.page_ptr,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    facts["site_name"] = site.site_name or settings.WAGTAIL_SITE_NAME
    if any(getattr(site, name, None) != value for name, value in facts.items() if name != "root_page") or (
        site.root_page_id != home.pk
    ):
        for name, value in facts.items():
            setattr(site, name, value)
        site.save()
    _remove_wagtails_welcome()
    named = DjangoSite.objects.filter(pk=settings.SITE_ID).exclude(name=DJANGOS_OWN_NAME)
    domain = {
        "domain": address.netloc or host,
        "name": named.values_list("name", flat=True).first() or settings.WAGTAIL_SITE_NAME,
    }
    if not DjangoSite.objects.filter(pk=settings.SITE_ID, **domain).exists():
        DjangoSite.objects.update_or_create(pk=settings.SITE_ID, defaults=domain)


def _remove_wagtails_welcome() -> None:
    """Wagtail's first migration makes a page that welcomes developers; the site no longer stands on it."""
    for page in Page.objects.filter(depth=2, slug="home", content_type__model="page", numchild=0):
        page.delete()


def _english_home(home: HomePage, english: Locale) -> HomePage:
    found = home.get_translation_or_none(english)
    if found:
        return found
    words = {"title": settings.MARKET.name_en, **settings.MARKET.home_page["en"]}
    page = HomePage(locale=english, translation_key=home.translation_key, **words)
    return put(home.get_parent(), page)


def _section(home: HomePage, section: Section) -> Page | None:
    found = section.model.objects.child_of(home).first()
    if not may_be_made(home, section.slug) or found:
        return found
    words = {"slug": section.slug, "title": section.title, "intro": section.intro}
    return put(home, section.model(locale=home.locale, **words))


def _english_section(page: Page, english_home: HomePage, section: Section) -> None:
    if may_be_made(english_home, section.slug_en):
        words = {"slug": section.slug_en, "title": section.title_en, "intro": section.intro_en}
        english_page(page, parent=english_home, **words)


def may_be_made(parent: Page, slug: str) -> bool:
    """Say whether a section was never made and its address is free; from now on it was made."""
    key = f"{parent.locale.language_code}|{slug}"
    _row, is_new = SeededRow.objects.get_or_create(dataset="sections", key=key, defaults={"applied": True})
    return is_new and not Page.objects.child_of(parent).filter(slug=slug).exists()


def english_page(page: Any, *, parent: Page, **words: Any) -> Any:
    """Return the published English page of `page`, made under `parent` if there is none yet.

    Args:
        page: the Vietnamese page, saved.
        parent: the English page under which the new one goes.
        **words: all fields of the new page; it shares nothing with `page` but the set of translations.
    """
    found = page.get_translation_or_none(parent.locale)
    if found:
        return found
    words |= {"locale": parent.locale, "translation_key": page.translation_key}
    return put(parent, type(page)(**words))
