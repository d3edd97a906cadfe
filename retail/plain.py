"""Frozen dataclasses to JSON-ready values and back, so that a basket or a state outlives its process.

Fields may be numbers, texts, booleans, ``Decimal`` (as text), other dataclasses, tuples, frozen sets of texts,
mappings by text, and optionals of these.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from retail.errors import Refused

T = TypeVar("T")


def to_plain(value: object) -> Any:
    """The value as dicts, lists and scalars; fields that hold their default are written too."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value) if field.init}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def from_plain(cls: type[T], plain: object) -> T:
    """The value of a class from :func:`to_plain`. Refused (``bad_plain``) if the shape isn't the class's."""
    try:
        return cast(T, _read(cls, plain))
    except (TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise Refused("bad_plain", f"not a {cls.__name__}: {error}") from error


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(kind, plain)
    if origin is Literal:
        if plain not in get_args(kind):
            raise ValueError(f"{plain!r} is not one of {get_args(kind)}")
        return plain
    if origin is tuple:
        return _read_tuple(kind, plain)
    if origin is frozenset:
        return frozenset(_list(plain))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _read(get_args(kind)[1], item) for key, item in plain.items()}
    if is_dataclass(kind):
        return _read_dataclass(cast(type, kind), plain)
    if kind is Decimal:
        return Decimal(plain)
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise TypeError(f"{plain!r} is not {kind.__name__}")
    return plain


def _list(plain: Any) -> list[Any]:
    if not isinstance(plain, list | tuple):
        raise TypeError(f"{plain!r} is not a list")
    return list(plain)


def _read_optional(kind: Any, plain: Any) -> Any:
    if plain is None and type(None) in get_args(kind):
        return None
    inner = [part for part in get_args(kind) if part is not type(None)]
    return _read(inner[0], plain)


def _read_tuple(kind: Any, plain: Any) -> tuple[Any, ...]:
    inner, items = get_args(kind), _list(plain)
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], item) for item in items)
    return tuple(_read(part, item) for part, item in zip(inner, items, strict=True))


def _read_dataclass(cls: type, plain: Any) -> Any:
    if not isinstance(plain, Mapping):
        raise TypeError(f"{plain!r} is not an object")
    hints = _hints(cls)
    known = {field.name for field in fields(cls) if field.init}
    return cls(**{name: _read(hints[name], item) for name, item in plain.items() if name in known})
