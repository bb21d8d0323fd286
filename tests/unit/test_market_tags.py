"""The template tags of the market: what a reader sees of numbers, names and icons."""

import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from catalogue.templatetags import market

ICON_TAG = re.compile(r'{% icon "([^"]+)"')
INLINE = re.compile(r"""\sstyle=|\son[a-z]+=["']|<script(?![^>]*(?:\ssrc=|ld\+json))|<style""")
MAIL = {"communication", "emails", "mail"}  # mail programs read no stylesheet
TEMPLATES = [
    file
    for file in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
    if not MAIL & set(file.relative_to(settings.BASE_DIR).parts)
]


def render(source: str, **context: object) -> str:
    return Template("{% load market %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "amount", "shown"),
    [
        ("vi", Decimal("1250000.00"), "1.250.000\u00a0₫"),
        ("en", Decimal(1250000), "1,250,000\u00a0₫"),
        ("vi", 0, "0\u00a0₫"),
        ("vi", "45000", "45.000\u00a0₫"),
        ("vi", None, ""),
    ],
)
def test_money_is_whole_dong_in_the_readers_way(language: str, amount: object, shown: str) -> None:
    with translation.override(language):
        assert render("{{ amount|vnd }}", amount=amount) == shown


@pytest.mark.parametrize(
    ("language", "grams", "shown"),
    [
        ("vi", 500, "500\u00a0g"),
        ("vi", 1500, "1,5\u00a0kg"),
        ("en", 9500, "9.5\u00a0kg"),
        ("vi", 20000, "20\u00a0kg"),
        ("vi", 1250000, "1.250\u00a0kg"),
        ("vi", 0, ""),
        ("vi", None, ""),
    ],
)
def test_weight_turns_to_kilograms_from_a_thousand_grams(
    language: str, grams: int | None, shown: str
) -> None:
    with translation.override(language):
        assert render("{{ grams|weight }}", grams=grams) == shown


def test_unit_never_parts_from_its_number() -> None:
    with translation.override("vi"):
        assert render("{{ n|unit:'km' }}", n=Decimal("12.50")) == "12,5\u00a0km"
        assert render("{{ n|unit:'km' }}", n=None) == ""


def test_names_keep_number_and_unit_together_and_stay_escaped() -> None:
    assert render("{{ name|keep_units }}", name="Mì <b>Chũ</b>, gói 500 g") == (
        "Mì &lt;b&gt;Chũ&lt;/b&gt;, gói 500\u00a0g"
    )
    assert market.keep_units("5 gia đình, 3 ghế") == "5 gia đình, 3 ghế"


@pytest.mark.parametrize(("language", "attribute"), [("vi", ""), ("en", ' lang="vi"')])
def test_vietnamese_names_are_marked_only_on_other_pages(language: str, attribute: str) -> None:
    with translation.override(language):
        assert render("<b{% vi %}>Phù Lãng</b>") == f"<b{attribute}>Phù Lãng</b>"


@pytest.mark.parametrize(
    ("focal_point_y", "css_class"),
    [(None, ""), (0, "focus-y-0"), (530, "focus-y-80"), (675, "focus-y-100"), (9999, "focus-y-100")],
)
def test_focal_point_chooses_a_step_of_ten(focal_point_y: int | None, css_class: str) -> None:
    assert market.focus_class(SimpleNamespace(focal_point_y=focal_point_y, height=675)) == css_class
    assert market.focus_class(None) == ""


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Sa 08:00-17:30", "Thứ 2 đến Thứ 7, 8:00 đến 17:30"),
        ("Mo-Su 06:00-22:00", "cả tuần, 6:00 đến 22:00"),
        ("Sa 07:00-11:00", "Thứ 7, 7:00 đến 11:00"),
        ("theo hẹn", "theo hẹn"),
    ],
)
def test_opening_hours_are_said_in_words(hours: str, words: str) -> None:
    with translation.override("vi"):
        assert market.opening_hours(hours).lower() == words.lower()


def test_words_kept_in_two_columns_are_read_in_the_readers_language() -> None:
    point = SimpleNamespace(note="Có quầy nếm", note_en="Tasting counter")
    with translation.override("en"):
        assert render("{{ point|local:'note' }}", point=point) == "Tasting counter"
    with translation.override("vi"):
        assert render("{{ point|local:'note' }}", point=point) == "Có quầy nếm"


def test_no_picture_is_no_error() -> None:
    assert render('{% ready_picture picture "HERO" as shown %}[{{ shown }}]', picture=None) == "[None]"


def test_icon_is_decorative_and_holds_its_drawing() -> None:
    html = render('{% icon "truck" "i--l" %}')
    assert html.startswith('<svg class="i i--l" viewBox="0 0 24 24" aria-hidden="true"')
    assert html.count("<path") == 3
    assert html.count("<svg") == html.count("</svg>") == 1


def test_unknown_icon_is_an_error_not_a_hole() -> None:
    with pytest.raises(FileNotFoundError):
        render('{% icon "no-such-icon" %}')


def test_wordmark_is_drawn_once_and_referred_to_after() -> None:
    assert '<g id="wordmark">' in render("{% wordmark %}")
    again = render("{% wordmark reuse=True %}")
    assert '<use href="#wordmark"' in again
    assert "<path" not in again


def test_every_icon_named_in_a_template_is_vendored() -> None:
    named = {name for file in TEMPLATES for name in ICON_TAG.findall(file.read_text(encoding="utf-8"))}
    assert named
    assert {name for name in named if not (market.ICONS / f"{name}.svg").exists()} == set()


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(settings.BASE_DIR)))
def test_templates_carry_no_inline_style_or_script(file: Path) -> None:
    assert INLINE.findall(file.read_text(encoding="utf-8")) == []
