"""How readable the templates are: lines, long lines, lines per file. `make check` fails when the goal is missed.

Run: .venv/bin/python tools/template_lines.py [--check] (`make template-lines`).
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 110  # as in Python, see pyproject.toml
WIDE_PERCENT = 3  # so many lines may be wider: an include with all its inputs, an address
WIDEST = 160
MEDIAN_LINES = 30
P90_LINES = 90


@dataclass(frozen=True)
class Figures:
    """What was counted over a set of templates."""

    widths: list[int]
    lengths: list[int]

    def percent_over(self, width: int) -> float:
        """Say how many in a hundred lines are wider."""
        return 100 * sum(line > width for line in self.widths) / len(self.widths)

    @property
    def p90(self) -> float:
        """Give the number of lines that nine in ten files keep to."""
        return quantiles(self.lengths, n=10)[-1] if len(self.lengths) > 1 else self.lengths[0]

    def __str__(self) -> str:
        over = ", ".join(f"{self.percent_over(width):.1f} % over {width}" for width in (WIDTH, WIDEST, 200))
        return (
            f"{len(self.lengths)} templates, {len(self.widths)} lines: {over};"
            f" lines per file {median(self.lengths):.0f} (median), {self.p90:.0f} (p90)"
        )

    def misses(self) -> list[str]:
        """List the goals that are missed."""
        return [
            words
            for missed, words in (
                (
                    self.percent_over(WIDTH) > WIDE_PERCENT,
                    f"more than {WIDE_PERCENT} % over {WIDTH} characters",
                ),
                (max(self.widths) > WIDEST, f"a line over {WIDEST} characters"),
                (median(self.lengths) > MEDIAN_LINES, f"a median over {MEDIAN_LINES} lines per file"),
                (self.p90 > P90_LINES, f"a p90 over {P90_LINES} lines per file"),
            )
            if missed
        ]


def count(texts: Iterable[str]) -> Figures:
    """Count the lines of templates and their widths in characters."""
    files = [text.splitlines() for text in texts]
    return Figures([len(line) for lines in files for line in lines], [len(lines) for lines in files])


def main() -> int:
    """Print the figures; with --check also the widest lines, and fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a goal is missed")
    check = parser.parse_args().check
    files = [file for ending in ("html", "txt") for file in sorted((ROOT / "templates").rglob(f"*.{ending}"))]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    figures = count(texts.values())
    print(figures)
    misses = figures.misses() if check else []
    for file, text in texts.items() if misses else ():
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > WIDTH:
                print(f"{file.relative_to(ROOT)}:{number}: {len(line)} characters")
    for miss in misses:
        print(f"Goal missed: {miss}")
    return bool(misses)


if __name__ == "__main__":
    sys.exit(main())
