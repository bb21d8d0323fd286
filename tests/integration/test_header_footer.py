"""Header, footer, other languages, what search engines read: the frame of every page."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.listing import rows as listing_rows
from home import header_footer
from home.models import HomePage, MarketSettings, MenuItem, StandardPage
from tests import factories as make
from tests.markup import flat
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def settings_of_market() -> MarketSettings:
    home = make.make_home()
    return MarketSettings.objects.create(
        site=home.get_site(),
        owner_name="Trung tâm OCOP",
        owner_name_en="OCOP Centre",
        business_no="0101",
        business_issuer="Sở Tài chính",
        business_issued_on=date(2026, 7, 1),
        announcement="Nghỉ lễ",
        announcement_en="Closed for the holiday",
        announcement_until=date(2026, 12, 31),
        tagline="Chợ của làng",
    )


def html(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return flat(answer)


def links(text: str, css_class: str) -> list[tuple[str, str]]:
    nav = re.search(rf'<nav class="{css_class}".*?</nav>', text, re.DOTALL)
    assert nav
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', nav[0])


def test_menus_speak_the_readers_language(client: Client, settings_of_market: MarketSettings) -> None:
    home = make.make_home()
    village_index = make.make_index(make.VillageIndexPage)
    make.make_index(make.StoryIndexPage)
    make.translate(home)
    english = make.translate(village_index, title="Villages", slug="villages")
    items = settings_of_market.menu_items
    items.create(menu="main", page=village_index)
    items.create(menu="main", url="/gio-hang/", label="Giỏ", label_en="Basket")
    settings_of_market.save()
    assert links(html(client, "/"), "site-nav") == [("/lang-nghe/", "Làng nghề"), ("/gio-hang/", "Giỏ")]
    told = links(html(client, english.url), "site-nav")
    assert told == [("/en/villages/", "Villages"), (told[1][0], "Basket")]
    assert told[1][0].startswith("/en/")


@pytest.mark.parametrize("address", ["/gio-hang/", "/en/basket/"])
def test_a_menu_takes_an_address_in_either_language(
    client: Client, settings_of_market: MarketSettings, address: str
) -> None:
    make.translate(make.make_home())
    settings_of_market.menu_items.create(menu="main", url=address, label="Giỏ", label_en="Basket")
    settings_of_market.save()
    assert links(html(client, "/"), "site-nav") == [("/gio-hang/", "Giỏ")]
    assert links(html(client, "/en/"), "site-nav") == [("/en/basket/", "Basket")]


def test_a_page_that_is_withdrawn_leaves_the_menu_at_once(
    client: Client, settings_of_market: MarketSettings
) -> None:
    stories = make.make_index(make.StoryIndexPage)
    settings_of_market.menu_items.create(menu="main", page=stories)
    settings_of_market.save()
    assert links(html(client, "/"), "site-nav") == [("/chuyen/", "Chuyện")]
    stories.unpublish()
    assert links(html(client, "/"), "site-nav") == []


def test_a_reader_who_was_before_the_editor_keeps_nothing_old(
    settings_of_market: MarketSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_be_overtaken() -> header_footer.Words:
        monkeypatch.undo()
        old = read()
        settings_of_market.tagline = "Chợ của phố"
        settings_of_market.save()
        return old

    read = header_footer._read
    monkeypatch.setattr(header_footer, "_read", read_and_be_overtaken)
    assert header_footer.words()["tagline"] == "Chợ của làng"
    assert header_footer.words()["tagline"] == "Chợ của phố"


def test_what_is_read_before_the_editors_commit_is_dropped_with_it(
    settings_of_market: MarketSettings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> None:
    before = header_footer.words()
    with django_capture_on_commit_callbacks(execute=True):
        settings_of_market.tagline = "Chợ của phố"
        settings_of_market.save()
        with monkeypatch.context() as elsewhere:  # another connection reads what was committed last
            elsewhere.setattr(header_footer, "_read", lambda: before)
            assert header_footer.words() == before
    assert header_footer.words()["tagline"] == "Chợ của phố"


def test_the_section_one_is_in_is_marked(client: Client, settings_of_market: MarketSettings) -> None:
    village = make.make_village()
    settings_of_market.menu_items.create(menu="main", page=village.get_parent())
    settings_of_market.save()
    assert 'href="/lang-nghe/" aria-current="page"' in html(client, village.url)
    assert 'href="/lang-nghe/" aria-current="page"' not in html(client, "/")


@pytest.mark.parametrize(("day", "is_shown"), [("2026-12-31 23:59", True), ("2027-01-01 00:00", False)])
def test_the_announcement_ends_with_its_last_day(
    client: Client, settings_of_market: MarketSettings, day: str, is_shown: bool
) -> None:
    with time_machine.travel(f"{day}:00+07:00", tick=False):
        text = html(client, "/")
    assert ("Nghỉ lễ" in text) == is_shown
    assert ("Chợ của làng" in text) == (not is_shown)


def test_the_footer_names_who_runs_the_market(client: Client, settings_of_market: MarketSettings) -> None:
    text = html(client, "/")
    assert "Trung tâm OCOP, Số đăng ký kinh doanh 0101, nơi cấp: Sở Tài chính, cấp ngày 01/07/2026" in text


def test_an_empty_market_still_has_its_frame(client: Client) -> None:
    make.make_home()
    assert "site-foot" in html(client, "/")


def language_links(text: str) -> dict[str, str]:
    found = re.findall(r'<a href="([^"]*)" hreflang="(\w\w)"', text)
    return {language: url for url, language in found}


def test_the_language_link_keeps_ones_place(client: Client) -> None:
    village = make.make_village()
    make.translate(make.make_home())
    make.translate(village.get_parent(), slug="villages")
    english = make.translate(village, slug="phu-lang-pottery")
    for page in (village, english):
        assert language_links(html(client, page.url)) == {
            "vi": village.url,
            "en": "/en/villages/phu-lang-pottery/",
        }


def test_without_a_translation_it_leads_to_the_nearest_page_above(client: Client) -> None:
    village = make.make_village()
    make.translate(make.make_home())
    make.translate(village.get_parent(), slug="villages")
    assert language_links(html(client, village.url))["en"] == "/en/villages/"


VIEWS = ["search:search", "basket:summary", "order:lookup", "customer:login"]


def in_both_languages(name: str, **kwargs: Any) -> dict[str, str]:
    addresses = {}
    for language in ("vi", "en"):
        with translation.override(language):
            addresses[language] = reverse(name, kwargs=kwargs)
    return addresses


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_views_that_are_no_pages_keep_their_place_too(client: Client, name: str, language: str) -> None:
    make.make_home()
    wanted = in_both_languages(name)
    assert wanted["en"].startswith("/en/")
    assert language_links(html(client, wanted[language])) == wanted


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_order_page_keeps_its_place_too(client: Client, language: str) -> None:
    make.make_home()
    make_market()
    wanted = in_both_languages("order:detail", token=make_order().token)
    assert language_links(html(client, wanted[language])) == wanted


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_searched_stays_in_the_language_link(client: Client, language: str) -> None:
    make.make_home()
    wanted = {code: f"{url}?q=tranh" for code, url in in_both_languages("search:search").items()}
    assert language_links(html(client, wanted[language])) == wanted


def test_a_missing_page_has_the_frame_as_well(client: Client) -> None:
    make.make_home()
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert "site-foot" in flat(answer)


def test_translations_name_each_other(client: Client) -> None:
    village = make.make_village()
    make.translate(make.make_home())
    english = make.translate(village)
    text = html(client, english.url)
    assert f'<link rel="canonical" href="{english.full_url}">' in text
    assert f'hreflang="vi" href="{village.full_url}"' in text
    assert f'hreflang="en" href="{english.full_url}"' in text
    assert f'hreflang="x-default" href="{village.full_url}"' in text


def test_a_stand_in_names_its_original(client: Client) -> None:
    village = make.make_village()
    make.translate(village)  # its index and home become aliases that still speak Vietnamese
    index = village.get_parent()
    stand_in = index.get_translations().get()
    text = html(client, stand_in.url)
    assert f'<link rel="canonical" href="{index.full_url}">' in text
    assert 'rel="alternate" hreflang="en"' not in text
    assert '<span aria-current="page" lang="vi">' in text


def test_the_site_map_holds_both_languages_without_stand_ins(client: Client) -> None:
    village = make.make_village()
    english = make.translate(village)
    answer = client.get("/sitemap.xml")
    assert answer.cookies == {}
    places = set(re.findall(r"<loc>([^<]*)</loc>", flat(answer)))
    assert {village.full_url, english.full_url} <= places
    assert village.get_parent().get_translations().get().full_url not in places


def test_words_for_search_engines_fall_back_on_the_summary(client: Client) -> None:
    told = make.make_village(title="Làng A", summary="Đất và lửa.")
    chosen = make.make_village(title="Làng B", summary="Đất và lửa.", search_description="Gốm nâu.")
    assert '<meta name="description" content="Đất và lửa.">' in html(client, told.url)
    assert '<meta name="description" content="Gốm nâu.">' in html(client, chosen.url)


def test_the_share_picture_is_the_editors_else_the_pages(client: Client) -> None:
    village = make.make_village(hero=make.make_picture(width=1300, height=700))
    found = re.search(
        r'property="og:image" content="(http://localhost[^"]+\.jpe?g)"', html(client, village.url)
    )
    assert found


def test_breadcrumbs_are_told_as_data(client: Client) -> None:
    village = make.make_village()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html(client, village.url))
    kinds = {thing["@type"]: thing for thing in map(json.loads, blocks)}
    names = [item["name"] for item in kinds["BreadcrumbList"]["itemListElement"]]
    assert names == ["Làng nghề", village.title]
    assert kinds["TouristDestination"]["url"] == village.full_url


def test_a_page_below_a_page_is_found(client: Client) -> None:
    home = make.make_home()
    parent = home.add_child(instance=StandardPage(title="Trợ giúp", slug="tro-giup"))
    child = parent.add_child(instance=StandardPage(title="Đổi trả", slug="doi-tra"))
    assert "Đổi trả" in html(client, parent.url)
    assert "Đổi trả" in html(client, child.url)


@pytest.mark.parametrize(
    "path", ["/tro-giup/khong-co/", "/en/tro-giup/", "/trang-chu/", "/en/", "/tro-giup/x/y/z/"]
)
def test_no_other_address_finds_it(client: Client, path: str) -> None:
    make.make_home().add_child(instance=StandardPage(title="Trợ giúp", slug="tro-giup"))
    assert client.get(path).status_code == 404


def test_a_draft_is_not_found(client: Client) -> None:
    page: Any = make.make_home().add_child(instance=StandardPage(title="Nháp", slug="nhap", live=False))
    assert client.get(f"/{page.slug}/").status_code == 404


def test_the_home_page_of_each_language_is_its_own(client: Client) -> None:
    home = make.make_home()
    HomePage.objects.filter(pk=home.pk).update(hero_title="Quà quê")
    home.refresh_from_db()
    make.translate(home, hero_title="Gifts from the village")
    assert "Quà quê" in html(client, "/")
    assert "Gifts from the village" in html(client, "/en/")


def test_nothing_is_kept_of_menu_items_that_lead_nowhere(client: Client) -> None:
    make.make_home()
    assert MenuItem.objects.count() == 0
    assert links(html(client, "/"), "site-nav") == []


def front_sections(client: Client) -> str:
    """Return the front page's main part, with goods by star, industries and seasons."""
    home = make.make_home()
    section = {"title": "Phần", "link_label": "Tất cả"}
    stars, season = {**section, "stars": "3", "count": 8}, {**section, "count": 9}
    home.body = [("stars", stars), ("groups", section), ("season", season)]
    home.save_revision().publish()
    listing_rows.rebuild()
    return html(client, "/").split("<main")[1]


@pytest.mark.parametrize(
    ("percent", "is_shown"), [(None, False), ("15", False), ("35", False), ("14.9", True), ("12", True)]
)
def test_spirits_are_not_put_forward(client: Client, percent: str | None, is_shown: bool) -> None:
    specialty = make.make_specialty(title="Đặc sản rượu", season_months=[timezone.localdate().month])
    make.make_product(
        title="Rượu làng Vân",
        stars=5,
        category=make.make_category(code="II", name="Đồ uống"),
        specialty=specialty,
        age_restricted=True,
        alcohol_percent=percent,
    )
    shown = front_sections(client)
    assert [words in shown for words in ("Rượu làng Vân", "Đồ uống", "Đặc sản rượu")] == [is_shown] * 3


def test_other_goods_take_the_place_of_spirits(client: Client) -> None:
    make.make_product(title="Rượu", stars=5, age_restricted=True, alcohol_percent="35")
    make.make_product(title="Mỳ Chũ", stars=3, category=make.make_category(code="I", name="Thực phẩm"))
    make.make_specialty(title="Vải thiều", season_months=[timezone.localdate().month])
    shown = front_sections(client)
    assert [words in shown for words in ("Mỳ Chũ", "Thực phẩm", "Vải thiều")] == [True] * 3
    assert "Rượu" not in shown
