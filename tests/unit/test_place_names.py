"""Names of places: kinds, keys, spelling, the order of a dictionary."""

from catalogue.place_names import dictionary_order, place_key, spelling, split_kind


def test_a_kind_is_taken_off_only_where_a_name_is_left() -> None:
    assert split_kind("Thị Xã Việt Yên") == ("thị xã", "Việt Yên")
    assert split_kind("Phượng Mao") == ("", "Phượng Mao")
    assert split_kind("Xá") == ("", "Xá")
    assert split_kind("Phường Phương Liễu") == ("phường", "Phương Liễu")
    assert split_kind("Phường") == ("", "Phường")


def test_i_and_y_are_one_in_a_key() -> None:
    assert place_key("Xã Quý Sơn") == place_key("Quí  sơn") == "qui son"


def test_where_a_mark_is_written_does_not_change_the_spelling() -> None:
    assert spelling("Hoà") == spelling("hòa") != spelling("hoa")
    assert spelling("Quý") == spelling("quí")
    assert spelling("Đa") != spelling("Da")


def test_names_sort_as_in_a_vietnamese_dictionary() -> None:
    ordered = ["An Thịnh", "Ân Thi", "Bắc Lũng", "Chi Lăng", "Da", "Dạ", "Đa Mai", "Đông Cứu", "Đồng Kỳ", "Hà",
               "Hả", "Lục Nam", "Ơn", "Yên Thế"]  # fmt: skip
    assert sorted(set(ordered), key=dictionary_order) == ordered
