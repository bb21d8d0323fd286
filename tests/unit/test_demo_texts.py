"""How the demo's texts are cut into leads, paragraphs and slugs."""

import pytest

from demo.market import data
from demo.market.pages import bullets, english_slug, paragraphs, split_lead


def test_a_lead_takes_whole_sentences_and_at_least_one() -> None:
    text = "Một câu. Hai câu! Ba câu?"
    assert split_lead(text, limit=17) == ("Một câu. Hai câu!", "Ba câu?")
    assert split_lead(text, limit=16) == ("Một câu.", "Hai câu! Ba câu?")
    assert split_lead(text, limit=3) == ("Một câu.", "Hai câu! Ba câu?")
    assert split_lead(text, limit=100) == (text, "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_leads_of_villages_fit_and_leave_a_story(language: str) -> None:
    for village in data.read("villages"):
        lead, story = split_lead(village[f"story_{language}"], limit=300)
        assert len(lead) <= 300
        assert len(story) > 300, village["slug"]


def test_paragraphs_break_between_sentences_and_escape() -> None:
    html = paragraphs("A < B. Câu thứ hai. Câu ba. Câu tư.", count=2).source
    assert html == "<p>A &lt; B. Câu thứ hai.</p><p>Câu ba. Câu tư.</p>"
    assert paragraphs("Một câu.", count=3).source == "<p>Một câu.</p>"


def test_bullets_escape() -> None:
    assert bullets(["a & b"]) == "<ul><li>a &amp; b</li></ul>"


def test_english_slugs_drop_the_note_that_a_name_is_invented() -> None:
    assert english_slug("Đông Hồ Print Household (illustrative)") == "dong-ho-print-household"


def test_links_between_the_records_hold() -> None:
    villages = {row["slug"] for row in data.read("villages")}
    makers = {row["slug"] for row in data.read("producers")}
    specialties = {row["slug"] for row in data.read("specialties")}
    pictures = {row["slug"] for row in data.read("pictures/catalogue")}
    for row in data.read("products"):
        assert row["producer"] in makers
        assert row["village"] in {*villages, None}
        assert row["specialty"] in {*specialties, None}
        assert set(row["pictures"]) <= pictures
    for slug in pictures:
        assert (data.FOLDER / "pictures" / f"{slug}.webp").is_file()
