"""The components of the shop front say what they are given, and nothing that is not so."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import translation

from tests.markup import flat

TEMPLATES = Path(settings.BASE_DIR, "templates")
TEMPLATE_NAMES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))

CERTIFICATE = {
    "stars": 4,
    "certificate_no": "24-042-0105",
    "decision_no": "123/QĐ-UBND",
    "holder": {"name": "HTX Gò Mây"},
    "issuer": "UBND tỉnh Bắc Ninh",
    "issued_on": date(2023, 3, 10),
    "last_day": date(2026, 3, 10),
    "state": "expired",
}
ROW = {
    "title": "Mì Chũ <b>gói</b> 500 g",
    "url": "/mi-chu/",
    "producer_name": "HTX Gò Mây",
    "village_name": "Chũ",
    "price_from": Decimal(45000),
    "has_variants": True,
    "in_stock": True,
    "stars": 4,
}


def component(name: str, language: str = "vi", **context: Any) -> str:
    with translation.override(language):
        return flat(render_to_string(f"components/{name}.html", context))


@pytest.mark.parametrize("stars", [0, 1, 2, 6, None, ""])
def test_no_award_no_stars(stars: object) -> None:
    assert component("ocop", stars=stars).strip() == ""


@pytest.mark.parametrize("stars", [3, 4, 5])
def test_award_is_named_and_drawn(stars: int) -> None:
    html = component("ocop", stars=stars)
    assert f'aria-label="OCOP {stars} sao"' in html
    assert html.count('class="on"') == stars
    assert html.count("<svg") == 5


def test_card_shows_price_from_stars_and_escapes_the_name() -> None:
    html = component("product_card", row=ROW)
    assert "45.000\u00a0₫" in html
    assert ">từ</span>" in html
    assert "OCOP 4 sao" in html
    assert "Mì Chũ &lt;b&gt;gói&lt;/b&gt; 500\u00a0g" in html
    assert "data-stock" not in html
    assert 'class="flags"' not in html


def test_card_of_sold_out_goods_says_so_in_words() -> None:
    html = component("product_card", row={**ROW, "in_stock": False})
    assert 'data-stock="out"' in html
    assert "Tạm hết" in html


def test_card_marks_vietnamese_names_on_english_pages() -> None:
    assert 'HTX Gò Mây, <span lang="vi">Chũ</span>' in component("product_card", "en", row=ROW)
    assert 'lang="vi"' not in component("product_card", row=ROW)


def test_valid_certificate_shows_its_star_and_dates() -> None:
    html = component("cert", certificate=CERTIFICATE, stars=4)
    assert "OCOP 4 sao" in html
    for shown in ("24-042-0105", "123/QĐ-UBND", "10/03/2023", "10/03/2026", "HTX Gò Mây"):
        assert shown in html


def test_ended_certificate_is_told_plainly_without_a_star() -> None:
    html = component("cert", certificate=CERTIFICATE)
    assert "Từng đạt 4 sao, hết hạn ngày 10/03/2026." in html
    assert "ocop__stars" not in html


def test_withdrawn_certificate_gives_day_and_reason() -> None:
    withdrawn = {
        "state": "withdrawn",
        "withdrawn_on": date(2025, 1, 2),
        "withdrawal_reason": "Không còn sản xuất",
    }
    html = component("cert", certificate={**CERTIFICATE, **withdrawn})
    assert "Từng đạt 4 sao, bị thu hồi ngày 02/01/2025." in html
    assert "Không còn sản xuất" in html
    assert "ocop__stars" not in html


class PhoneForm(forms.Form):
    phone = forms.CharField(label="Số điện thoại", max_length=10, help_text="Người giao gọi số này.")


def test_field_keeps_what_was_typed_and_ties_error_and_hint_to_it() -> None:
    form = PhoneForm({"phone": '0912"><script>'})
    assert not form.is_valid()
    html = component("field", field=form["phone"])
    assert 'value="0912&quot;&gt;&lt;script&gt;"' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html


def test_picture_reserves_its_place_and_only_the_first_is_eager() -> None:
    sources = [{"type": "image/avif", "srcset": "/a.avif 400w"}]
    picture = {"src": "/a.webp", "width": 1200, "height": 675, "alt": "Lò nung", "sources": sources}
    lazy = component("picture", picture=picture, sizes="50vw")
    assert 'width="1200" height="675" alt="Lò nung"' in lazy
    assert '<source type="image/avif" srcset="/a.avif 400w" sizes="50vw">' in lazy
    assert 'loading="lazy"' in lazy
    assert 'loading="lazy"' not in component("picture", picture=picture, first=True)


def test_picture_beside_its_own_name_says_nothing_twice() -> None:
    picture = {"src": "/a.webp", "width": 320, "height": 320, "alt": "Chum sành"}
    assert 'alt=""' in component("picture", picture=picture, decorative=True)


def test_pager_draws_nothing_for_one_page_and_marks_the_current() -> None:
    assert component("pager", pages=[{"number": 1, "url": "?trang=1"}]).strip() == ""
    pages = [{"number": 1, "url": "?trang=1"}, {}, {"number": 9, "url": "?trang=9", "current": True}]
    html = component("pager", pages=pages, previous_url="?trang=8")
    assert 'href="?trang=9" aria-current="page"' in html
    assert 'rel="prev"' in html
    assert 'rel="next"' not in html


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("header", 'id="basket-count" hidden'),
        ("header_slim", 'href="/"'),
        ("footer", "data-theme-control hidden"),
        ("meta", 'property="og:site_name"'),
    ],
)
def test_frame_stands_with_nothing_given(name: str, part: str) -> None:
    assert part in component(name)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["400.html", "404.html", "403.html", "500.html", "maintenance.html"])
def test_dead_ends_lead_home(page: str) -> None:
    with translation.override("vi"):
        html = render_to_string(page)
    assert 'href="/"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_template_can_be_parsed(name: str) -> None:
    get_template(name)
