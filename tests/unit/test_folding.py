"""Vietnamese text without its marks."""

import unicodedata

import pytest

from catalogue.folding import fold, strip_marks


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gốm Phù Lãng", "gom phu lang"),
        ("Đông Hồ", "dong ho"),
        ("Rượu  làng\tVân", "ruou lang van"),
        ("hoà, hòa; thuỷ, thủy", "hoa, hoa; thuy, thuy"),
        ("Nghĩa trang ĐƯỜNG", "nghia trang duong"),
        ("", ""),
    ],
)
def test_folds_every_mark_and_the_stroke_of_d(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_composed_and_decomposed_input_fold_alike() -> None:
    name = "Bánh phu thê Đình Bảng"
    assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))


def test_strip_marks_keeps_case() -> None:
    assert strip_marks("Đỗ Ngọc Ánh") == "Do Ngoc Anh"
