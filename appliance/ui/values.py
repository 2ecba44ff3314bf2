"""What QML reads: named values and lists of rows, changed as little as possible.

A binding is evaluated again only when its own value differs, and a row that stays keeps its delegate: a card does not
vanish under a finger because a number elsewhere has changed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtQml import QQmlPropertyMap

Index = QModelIndex | QPersistentModelIndex
LARGEST: Final = 2**53
"""QML's numbers are exact up to here, and Qt takes no integer of more than 64 bits."""
_NO_INDEX: Final = QModelIndex()


class Values:
    """Named values for QML, which reads them as ``map.name``.

    Args:
        first: every name there will ever be, with its first value.
        parent: owner in Qt's sense.
    """

    def __init__(self, first: Mapping[str, object], parent: QObject | None = None) -> None:
        with warnings.catch_warnings():
            # Deprecated since 6.12 in favour of a factory that 6.8 does not have.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.map = QQmlPropertyMap(parent)
        self._now: dict[str, object] = {}
        self.set(first)

    def set(self, values: Mapping[str, object]) -> None:
        """Change the values that differ."""
        for name, value in values.items():
            if name not in self._now or self._now[name] != value:
                self._now[name] = value
                self.map.insert(name, _for_qml(value))

    def on_written(self, name: str, call: Callable[[Any], None]) -> None:
        """Have ``call`` told each value that QML itself writes under ``name``."""

        def written(changed: str, value: Any) -> None:
            if changed == name:
                self._now[name] = value
                call(value)

        self.map.valueChanged.connect(written)

    @property
    def all(self) -> Mapping[str, object]:
        """Return every value as it was set."""
        return self._now

    def __getitem__(self, name: str) -> object:
        """Return a value as it was set."""
        return self._now[name]


class Rows(QAbstractListModel):
    """A list of rows for QML; each row has an ``id`` that tells whether it is the same row as before.

    Args:
        names: of the values of a row, ``id`` among them.
        parent: owner in Qt's sense.
    """

    def __init__(self, names: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names = list(names)
        self._rows: list[dict[str, Any]] = []

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802  # Qt's name
        """Return the names under which delegates find a row's values."""
        first = int(Qt.ItemDataRole.UserRole)
        return {first + i: QByteArray(name.encode()) for i, name in enumerate(self._names)}

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802  # Qt's name
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return one value of one row."""
        at = role - int(Qt.ItemDataRole.UserRole)
        if not index.isValid() or not 0 <= at < len(self._names):
            return None
        return _for_qml(self._rows[index.row()].get(self._names[at]))

    def set(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show these rows; only those that differ are told to QML."""
        if [row["id"] for row in rows] != [row["id"] for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for at, row in enumerate(rows):
            old = self._rows[at]
            if row != old:
                self._rows[at] = row
                first = int(Qt.ItemDataRole.UserRole)
                roles = [first + i for i, name in enumerate(self._names) if row.get(name) != old.get(name)]
                index = self.index(at)
                self.dataChanged.emit(index, index, roles)


def _for_qml(value: Any) -> Any:
    return max(-LARGEST, min(LARGEST, value)) if type(value) is int else value
