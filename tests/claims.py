"""A visitor who reads every public page of one day and holds what it claims against the registers' bare dates."""

import json
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from catalogue.models import Certificate, IndicationRight, ProductCertification, ProductPage
from tests.markup import flat

NOT_PUBLIC = re.compile(
    r"^/(en/)?(admin|tai-khoan|accounts?|gio-hang|basket|thanh-toan|checkout|media|static|documents|i18n|dang|don-hang)"
)
HREF = re.compile(r'<a\b[^>]*href="([^"#]+)')
CARD = re.compile(r'<article class="pcard".*?</article>')
JSON_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>')
STAR = re.compile(r'aria-label="OCOP (\d)')
REOPENING = re.compile(r"Hết mùa, mở bán lại|Out of season, on sale again")
IN_SEASON = re.compile(r"badge--season")
NAMED = re.compile(r"badge--gi")
FORM = re.compile(r'hx-post="')


@dataclass
class Register:
    """What may be claimed of each product page on a day, by address; from dates alone, no method of the shop's."""

    day: date
    stars: dict[str, int | None] = field(default_factory=dict)
    named: dict[str, bool] = field(default_factory=dict)
    closed: dict[str, bool] = field(default_factory=dict)
    marks: dict[str, set[str]] = field(default_factory=dict)  # numbers that must not be read

    @classmethod
    def read(cls, day: date) -> "Register":
        found = cls(day)
        for page in ProductPage.objects.live().select_related("product__specialty"):
            product, url = page.product, page.url
            papers = Certificate.objects.filter(product=product, is_checked=True)
            valid = [row for row in papers if _counts(row, day)]
            found.stars[url] = valid[0].stars if valid else None
            rights = IndicationRight.objects.filter(
                geographicalindication=product.geographical_indication_id, partner=product.producer_id
            )
            found.named[url] = any(_between(right.granted_on, day, right.expires_on) for right in rights)
            months = page.season_months or (product.specialty.season_months if product.specialty else [])
            short = product.shelf_life_days is not None and product.shelf_life_days <= 60
            fresh = product.perishable or short or product.storage_class == "live"
            on_demand = product.made_to_order or product.bookable
            found.closed[url] = bool(fresh and not on_demand and months and day.month not in months)
            over = ProductCertification.objects.filter(product=product, expires_on__lt=day)
            found.marks[url] = set(over.values_list("number", flat=True))
        return found

    def untrue_on_page(self, url: str, html: str) -> list[str]:
        """Return what a product's own page claims and may not."""
        head = html.split("<h1", 1)[0].rsplit('<div class="stack">', 1)[-1]
        wrong = self._untrue(url, head)
        if self.closed[url] and FORM.search(html):
            wrong.append("can be put into the basket")
        if self.closed[url] and not REOPENING.search(html):
            wrong.append("does not say when it is sold again")
        for offer in _offers(html):
            if self.closed[url] and not offer["availability"].endswith("OutOfStock"):
                wrong.append(f"JSON-LD: {offer['availability']}")
        return wrong + [f"ended: {number}" for number in self.marks[url] if number in html]

    def untrue_on_card(self, url: str, card: str) -> list[str]:
        """Return what a card claims and may not."""
        wrong = self._untrue(url, card)
        if self.closed[url] and not REOPENING.search(card):
            wrong.append("looks as if it were on sale")
        return wrong

    def _untrue(self, url: str, html: str) -> list[str]:
        star = STAR.search(html)
        wrong = []
        if (int(star.group(1)) if star else None) != self.stars[url]:
            wrong.append(f"star {star and star.group(1)}, register {self.stars[url]}")
        if NAMED.search(html) and not self.named[url]:
            wrong.append("carries an indication")
        if self.closed[url] and IN_SEASON.search(html):
            wrong.append("in season")
        return wrong


def visit(client: Client, *starts: str) -> dict[str, str]:
    """Return every public page that links lead to, by path; queries only of sizes and further pages."""
    waiting, seen = deque(starts), dict.fromkeys(starts, "")
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        seen[path] = flat(answer)
        for href in HREF.findall(seen[path]):
            split = urlsplit(urljoin(path, href.replace("&amp;", "&")))
            wanted = split.path + (f"?{split.query}" if re.match(r"(loai|trang)=", split.query) else "")
            here = split.scheme in {"", "http"} and split.netloc in {"", "localhost", "testserver"}
            ours = here and not NOT_PUBLIC.match(split.path)
            if ours and (not split.query or "?" in wanted) and wanted not in seen:
                seen[wanted] = ""
                waiting.append(wanted)
    return {path: html for path, html in seen.items() if html}


def untrue_claims(pages: dict[str, str], day: date) -> list[tuple[str, list[str]]]:
    """Return each page with a claim that does not hold on `day`, and what it claims."""
    register = Register.read(day)
    found = []
    for path, html in pages.items():
        wrong = [f"JSON-LD of {thing['expires']}" for thing in _things(html) if _is_over(thing, day)]
        if (own := path.split("?")[0]) in register.stars:
            wrong += register.untrue_on_page(own, html)
        for card in CARD.findall(html):
            url = HREF.findall(card)[0]
            wrong += [f"card {url}: {words}" for words in register.untrue_on_card(url, card)]
        if wrong:
            found.append((path, wrong))
    return found


def _counts(row: Certificate, day: date) -> bool:
    cut = [early for early in (row.withdrawn_on, row.superseded_on) if early]
    return row.issued_on <= day <= row.expires_on and all(day < early for early in cut)


def _between(first: date | None, day: date, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _things(html: str) -> list[dict[str, Any]]:
    """Return every object of the page's JSON-LD, nested ones too."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [json.loads(block) for block in JSON_LD.findall(html)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found.append(item)
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return found


def _offers(html: str) -> list[dict[str, Any]]:
    return [thing for thing in _things(html) if thing.get("@type") == "Offer"]


def _is_over(thing: dict[str, Any], day: date) -> bool:
    return "expires" in thing and thing["expires"] < day.isoformat()
