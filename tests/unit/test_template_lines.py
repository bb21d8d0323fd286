"""The figures about templates count what they say, and a goal that is missed is named."""

import pytest

from tools import template_lines


def test_lines_are_counted_in_characters() -> None:
    figures = template_lines.count(["ê" * 111 + "\n" + "a" * 110, "a\nb\nc\n"])
    assert figures.widths == [111, 110, 1, 1, 1]
    assert figures.lengths == [2, 3]
    assert figures.percent_over(110) == 20


@pytest.mark.parametrize(
    ("texts", "misses"),
    [
        (["a\n" * 30], []),
        (["a\n" * 97 + ("a" * 111 + "\n") * 3] + ["a"] * 20, []),
        (["a\n" * 29 + "a" * 111], ["more than 3 % over 110 characters"]),
        (["a\n" * 30, "a" * 161] + ["a\n" * 30] * 2, ["a line over 160 characters"]),
        (["a\n" * 31], ["a median over 30 lines per file"]),
        (["a\n" * 91] * 2 + ["a\n"] * 9, ["a p90 over 90 lines per file"]),
    ],
)
def test_each_goal_is_held(texts: list[str], misses: list[str]) -> None:
    assert template_lines.count(texts).misses() == misses


def test_our_templates_keep_the_goals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["template_lines.py", "--check"])
    assert template_lines.main() == 0, capsys.readouterr().out
