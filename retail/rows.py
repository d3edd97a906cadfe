"""Reading feed rows: typed fields out of JSON objects, refused with the field's name when a row breaks a rule."""

from collections.abc import Mapping
from typing import Any

from retail.errors import Refused

Row = Mapping[str, Any]


class Fields:
    """The fields of one row; every getter raises Refused (``bad_row``) that names feed, key and field."""

    def __init__(self, feed: str, row: Row, key: str = "") -> None:
        self._feed = feed
        self._row = row
        self._key = key or str(row.get("id") or row.get("gtin") or row.get("code") or "?")

    def refuse(self, field: str, why: str) -> Refused:
        """The refusal of this row, to be raised by the caller."""
        return Refused("bad_row", f"{self._feed} {self._key}: {field} {why}", feed=self._feed, field=field)

    def text(self, field: str, default: str | None = None) -> str:
        """A text; without default it must be there and not empty."""
        value = self._row.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value):
            raise self.refuse(field, "must be a text")
        return value

    def optional_text(self, field: str) -> str | None:
        """A text or nothing."""
        return None if self._row.get(field) is None else self.text(field)

    def whole(self, field: str, default: int | None = None, *, least: int | None = 0) -> int:
        """A whole number, not below ``least``."""
        value = self._row.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(field, "must be a whole number")
        if least is not None and value < least:
            raise self.refuse(field, f"must not be below {least}")
        return value

    def optional_whole(self, field: str, *, least: int | None = 0) -> int | None:
        """A whole number or nothing."""
        return None if self._row.get(field) is None else self.whole(field, least=least)

    def flag(self, field: str, default: bool = False) -> bool:
        """True or false."""
        value = self._row.get(field, default)
        if not isinstance(value, bool):
            raise self.refuse(field, "must be true or false")
        return value

    def choice(self, field: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words."""
        value = self._row.get(field, default)
        if value not in allowed:
            raise self.refuse(field, f"must be one of {', '.join(allowed)}")
        return str(value)

    def labels(self, field: str) -> dict[str, str]:
        """Texts by language; an absent field is an empty table."""
        value = self._row.get(field)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            raise self.refuse(field, "must be texts by language")
        return {str(language): text for language, text in value.items()}

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; an absent field is an empty list."""
        value = self._row.get(field) or ()
        if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
            raise self.refuse(field, "must be a list of texts")
        return tuple(value)

    def rows(self, field: str) -> tuple[Row, ...]:
        """A list of objects; an absent field is an empty list."""
        value = self._row.get(field) or ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
            raise self.refuse(field, "must be a list of objects")
        return tuple(value)

    def row(self, field: str) -> Row:
        """An object; an absent field is an empty one."""
        value = self._row.get(field) or {}
        if not isinstance(value, Mapping):
            raise self.refuse(field, "must be an object")
        return value


def in_language(labels: Mapping[str, str], language: str) -> str:
    """The text of a language, else the French, else any, else nothing."""
    if language in labels:
        return labels[language]
    return labels.get("fr") or next(iter(labels.values()), "")
