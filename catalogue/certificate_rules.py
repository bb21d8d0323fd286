"""What the law says of an OCOP certificate's stars, term and number, on the day it was given.

Decision 148/QĐ-TTg let districts award three stars from 24 February 2023; districts were abolished on 1 July 2025,
since when (1489/QĐ-TTg, 26/2026/QĐ-TTg) provinces award three and four. Five stars are the centre's. Communes
check files and award nothing. That a province awarded no three stars while districts did is our reading.
"""

import re
from datetime import date

DISTRICTS_FROM, DISTRICTS_UNTIL = date(2023, 2, 24), date(2025, 6, 30)
TERM_MONTHS = 36
EXTENSION_DAYS = 180  # Decision 26/2026/QĐ-TTg, art. 12.3
# Files for a new rating are due 180 to 120 days before the end: who hears of it then comes too late.
REMINDED_DAYS = 210
DECISION_NO = re.compile(r"\d+[A-Za-z]?/.*[A-Za-zĐđ]{2}")  # 12/QĐ-UBND


def level_of(stars: int, issued_on: date) -> str:
    """Return who awarded so many stars on that day: "district", "province" or "national"."""
    if stars == 5:  # noqa: PLR2004 # the stars themselves
        return "national"
    districts = DISTRICTS_FROM <= issued_on <= DISTRICTS_UNTIL
    return "district" if stars == 3 and districts else "province"  # noqa: PLR2004


def regular_end(issued_on: date) -> date:
    """Return the last day of the term: the same day three years later."""
    year = issued_on.year + TERM_MONTHS // 12
    is_leap_day = (issued_on.month, issued_on.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day else issued_on.replace(year=year)


def is_decision_no(text: str) -> bool:
    """Return whether a decision's number says which decision: a number, a slash, who decided."""
    return bool(DECISION_NO.fullmatch(text.strip()))
