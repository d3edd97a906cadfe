"""The list model tells a list only what changed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex

from store_app.models.rows import ROW, RowModel, words
from store_app.presenters.views import Row


def watch(model: RowModel[str]) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    model.rowsInserted.connect(lambda _p, a, b: told.append(("in", a, b)))
    model.rowsRemoved.connect(lambda _p, a, b: told.append(("out", a, b)))
    model.dataChanged.connect(lambda a, b: told.append(("changed", a.row(), b.row())))
    return told


def test_one_more_line_is_one_insertion() -> None:
    model: RowModel[str] = RowModel()
    model.show(["a", "b"])
    told = watch(model)
    model.show(["a", "b", "c"])
    assert told == [("in", 2, 2)]


def test_a_changed_line_is_one_change() -> None:
    model: RowModel[str] = RowModel()
    model.show(["a", "b", "c"])
    told = watch(model)
    model.show(["a", "x", "c"])
    assert told == [("changed", 1, 1)]


def test_the_same_rows_say_nothing() -> None:
    model: RowModel[str] = RowModel()
    model.show(["a"])
    told = watch(model)
    model.show(["a"])
    assert told == []


@settings(max_examples=80)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=8), max_size=5))
def test_the_model_always_holds_what_was_shown(steps: list[list[str]]) -> None:
    model: RowModel[str] = RowModel()
    mirror: list[str] = []

    def put(first: int, last: int, room: int) -> None:
        mirror[first : first + room] = model.rows[first : last + 1]

    model.rowsInserted.connect(lambda _p, a, b: put(a, b, 0))
    model.rowsRemoved.connect(lambda _p, a, b: mirror.__delitem__(slice(a, b + 1)))
    model.dataChanged.connect(lambda a, b: put(a.row(), b.row(), b.row() - a.row() + 1))
    for rows in steps:
        model.show(rows)
        assert model.rowCount() == len(rows)
        assert [model.data(model.index(i), ROW) for i in range(len(rows))] == rows
        assert mirror == rows


def test_words_for_assistive_technology() -> None:
    model: RowModel[Row] = RowModel()
    model.show([Row("1", "Pull mérinos", "Marine · M", right="59,90 €")])
    assert model.data(model.index(0)) == "Pull mérinos, Marine · M, 59,90 €"
    assert model.data(QModelIndex()) is None
    assert words(object()) == ""
