"""A video on a page: a frame that the content policy allows, made by us, never the provider's HTML."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.embeds.embeds import get_embed_hash
from wagtail.embeds.finders import get_finders
from wagtail.embeds.models import Embed

from home.models import StoryIndexPage, StoryPage
from tests import factories as make
from tests.markup import flat

pytestmark = pytest.mark.django_db
VIDEO = "https://www.youtube.com/watch?v=abc"
WIDTH = 960
YOUTUBE = '<iframe width="200" src="https://www.youtube.com/embed/abc?feature=oembed&amp;a=1"></iframe>'
VIMEO = '<iframe src="https://player.vimeo.com/video/7" width="640"></iframe>'


def story_with_video(html: str, **known: Any) -> StoryPage:
    """Return a story whose video the provider answered with `html`."""
    hash_ = get_embed_hash(VIDEO, WIDTH, None)
    Embed.objects.create(url=VIDEO, max_width=WIDTH, hash=hash_, html=html, type="video", **known)
    body = [("video", {"video": VIDEO, "caption": "Lò <b>gốm</b>"})]
    story = StoryPage(
        title="Một ngày", slug="mot-ngay", summary="Thử.", told_on=timezone.localdate(), body=body
    )
    return make.make_index(StoryIndexPage).add_child(instance=story)


def frame_sources(answer: Any) -> list[str]:
    rules = dict(part.split(maxsplit=1) for part in answer["Content-Security-Policy"].split("; "))
    return rules["frame-src"].split()


@pytest.mark.parametrize(
    ("html", "player"),
    [
        (YOUTUBE, "https://www.youtube.com/embed/abc?feature=oembed&amp;a=1"),
        (VIMEO, "https://player.vimeo.com/video/7"),
    ],
)
def test_the_frame_is_one_that_the_policy_allows(client: Client, html: str, player: str) -> None:
    answer = client.get(story_with_video(html, cache_until="2020-01-01T00:00:00Z").url)
    text = flat(answer)
    assert re.findall(r'<iframe src="([^"]*)"', text) == [player]
    assert re.match(r"https://[^/]+", player)[0] in frame_sources(answer)  # type: ignore[index]
    assert "Lò &lt;b&gt;gốm&lt;/b&gt;" in text
    assert "style=" not in text.split('<details class="video"')[1].split("</details>")[0]


@pytest.mark.parametrize(
    "html",
    [
        "<script src='https://evil.example/x.js'></script>",
        f"<script>alert(1)</script><iframe src='https://evil.example/{VIDEO}'></iframe>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "<iframe src='http://www.youtube.com/embed/abc'></iframe>",
        "<iframe src='https://www.youtube.com@evil.example/'></iframe>",
        "<iframe src='https://www.youtube.com.evil.example/'></iframe>",
        "<iframe src='https://['></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "",
    ],
)
def test_anything_else_is_a_plain_link(client: Client, html: str) -> None:
    text = (
        client.get(story_with_video(html).url)
        .content.decode()
        .split('<details class="video"')[1]
        .split("</details>")[0]
    )
    assert "<iframe" not in text
    assert "alert" not in text
    assert "evil" not in text
    assert f'<a href="{VIDEO}"' in text


def test_a_players_own_script_is_left_out(client: Client) -> None:
    html = f"<script src='https://evil.example/x.js'></script>{YOUTUBE}<img src=x onerror=alert(1)>"
    text = flat(client.get(story_with_video(html).url))
    assert text.count("<iframe") == 1
    assert "evil.example" not in text
    assert "onerror" not in text


def test_looking_at_a_page_asks_no_provider_and_writes_nothing(client: Client) -> None:
    story = story_with_video(YOUTUBE)
    Embed.objects.all().delete()  # the suite has no network: asking would fail the test
    client.get(story.url)
    with CaptureQueriesContext(connection) as queries:
        text = flat(client.get(story.url))
    assert "<iframe" not in text
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        (VIDEO, True),
        ("https://youtu.be/abc", True),
        ("https://vimeo.com/7", True),
        ("https://www.dailymotion.com/video/x", False),
        ("https://soundcloud.com/a/b", False),
        ("https://evil.example/watch?v=abc", False),
    ],
)
def test_editors_may_embed_from_these_sites_only(address: str, is_taken: bool) -> None:
    assert [finder.accept(address) for finder in get_finders()] == [is_taken]
