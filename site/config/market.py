"""Which market this is: the profile in a folder of `site/markets/`, and the settings that follow from it.

A folder holds `market.json` (names, province, sender, words of the home page), `claims.json` (the
geographical indications of the province), `shipping_zones.json` (the first tariff) and, if it has
them, `wordmark.svg` and `static/` (pictures that stand in for those of the shop). docs/other-province.md
leads through making one.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MARKETS = Path(__file__).resolve().parents[1] / "markets"
SLUG = re.compile(r"[a-z][a-z0-9-]{1,11}[a-z0-9]")  # with day and number it fits a bank's memo of 25 letters
LANGUAGES = ("vi", "en")
DATA_FILES = ("claims.json", "shipping_zones.json")
HOME_PAGE = ("slug", "hero_title", "hero_text", "search_description")


@dataclass(frozen=True)
class Market:
    """The profile of one market; Vietnamese, with English beside it.

    Attributes:
        folder: where its files are.
        slug: the name for machines: calendar files, memos of bank transfers.
        name: the brand, on every page in both languages.
        name_en: the title of the English home page.
        province_code: the national two-digit code of the home province.
        province_name: without its kind.
        province_name_en: how English texts write it.
        email: the sender of mail where DEFAULT_FROM_EMAIL names no other.
        home_page: the first words of the home page, by language.
    """

    folder: Path
    slug: str
    name: str
    name_en: str
    province_code: str
    province_name: str
    province_name_en: str
    email: str
    home_page: dict[str, dict[str, str]]

    @property
    def ascii_name(self) -> str:
        """Return "Cho Bac Ninh", for what takes no Vietnamese letters."""
        return self.slug.replace("-", " ").title()

    @property
    def static(self) -> Path:
        """Return the folder of its own static files; it may be missing."""
        return self.folder / "static"

    @property
    def wordmark(self) -> Path:
        """Return the file of the drawn name; it may be missing."""
        return self.folder / "wordmark.svg"


def read(name: str) -> Market:
    """Return the profile of a folder of `site/markets/`, or of any folder by its absolute path.

    Raises:
        ImproperlyConfigured: says what is missing or cannot be right, and in which file.
    """
    folder = MARKETS / name
    file = folder / "market.json"
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        market = _market(folder, facts)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(f"MARKET={name}: there is no {file}.") from error
    except OSError as error:
        raise ImproperlyConfigured(f"MARKET={name}: {file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ImproperlyConfigured(f"{file} is no JSON in UTF-8: {error}.") from error
    except KeyError as error:
        raise ImproperlyConfigured(f"{file} lacks {error}.") from error
    except TypeError as error:
        raise ImproperlyConfigured(
            f"{file} has a list or a text where names stand with their values."
        ) from error
    problems = _problems(market)
    if problems:
        raise ImproperlyConfigured(f"{file}: {' '.join(problems)}")
    return market


def settings_of(market: Market, *, sender: str = "") -> dict[str, Any]:
    """Return the settings that follow from the profile.

    Args:
        market: the profile.
        sender: DEFAULT_FROM_EMAIL of the environment, stronger than the profile's.
    """
    sender = sender or f"{market.name} <{market.email}>"
    return {
        "MARKET": market,
        "MARKET_PROVINCE_CODE": market.province_code,
        "WAGTAIL_SITE_NAME": market.name,
        "OSCAR_SHOP_NAME": market.name,
        "OSCAR_FROM_EMAIL": sender,
        "DEFAULT_FROM_EMAIL": sender,
    }


def _market(folder: Path, facts: dict[str, Any]) -> Market:
    province = facts["province"]
    return Market(
        folder=folder,
        **{name: facts[name] for name in ("slug", "name", "name_en", "email")},
        **{f"province_{name}": province[name] for name in ("code", "name", "name_en")},
        home_page={
            language: {name: facts["home_page"][language][name] for name in HOME_PAGE}
            for language in LANGUAGES
        },
    )


def _problems(market: Market) -> list[str]:
    texts = [value for value in asdict(market).values() if not isinstance(value, Path | dict)]
    texts += [text for words in market.home_page.values() for text in words.values()]
    if not all(isinstance(text, str) for text in texts):
        return ["every value is a text, numbers too stand in quotation marks."]
    wrong = {
        f"slug must match {SLUG.pattern}.": not SLUG.fullmatch(market.slug),
        "province.code is two digits.": not re.fullmatch(r"\d\d", market.province_code),
        "name, name_en, province.name and province.name_en may not be empty.": not all(
            (market.name, market.name_en, market.province_name, market.province_name_en)
        ),
        "email is no address.": "@" not in market.email,
    }
    missing = [f"{name} is missing beside it." for name in DATA_FILES if not (market.folder / name).is_file()]
    return [problem for problem, is_wrong in wrong.items() if is_wrong] + missing
