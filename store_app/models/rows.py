"""A list model over the frozen rows of a view that tells the list only what changed."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

T = TypeVar("T")

Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
"""The role under which the row itself is found."""


class RowModel(QAbstractListModel, Generic[T]):
    """Rows of one kind. ``words`` of a row is what assistive technology reads."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[T, ...] = ()

    @property
    def rows(self) -> tuple[T, ...]:
        """The rows shown."""
        return self._rows

    def row(self, index: Index) -> T:
        """The row at an index."""
        return self._rows[index.row()]

    def show(self, rows: Sequence[T]) -> None:
        """Show these rows: what is the same at the head and at the tail stays untouched."""
        new, old = tuple(rows), self._rows
        if new == old:
            return
        head = _same(old, new)
        tail = _same(old[head:][::-1], new[head:][::-1])
        gone, come = len(old) - head - tail, len(new) - head - tail
        kept = min(gone, come)
        self._rows = new[: head + kept] + old[head + kept :]
        if kept:
            self.dataChanged.emit(self.index(head), self.index(head + kept - 1))
        if gone > kept:
            self.beginRemoveRows(QModelIndex(), head + kept, head + gone - 1)
            self._rows = new
            self.endRemoveRows()
        elif come > kept:
            self.beginInsertRows(QModelIndex(), head + kept, head + come - 1)
            self._rows = new
            self.endInsertRows()
        self._rows = new

    def rowCount(self, parent: Index | None = None) -> int:  # Qt's name
        """How many rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself, or its words."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words(row)
        return None


def words(row: object) -> str:
    """The texts of a row in one line."""
    names = ("title", "name", "subtitle", "variant", "qty", "middle", "total", "right")
    return ", ".join(str(text) for name in names if (text := getattr(row, name, "")))


def _same(one: Sequence[T], other: Sequence[T]) -> int:
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))
