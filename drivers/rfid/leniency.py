"""What can be read of an object of which a part is odd: an optional field is left out, a row of a list is told.

Asked only when an object isn't plainly of its type, so it may take its time.
"""

from functools import lru_cache
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec

StructT = TypeVar("StructT")

_SHOWN: Final = 120


def lenient(value: object, type_: type[StructT], forgiven: frozenset[str], refused: list[str]) -> StructT | None:
    """``value`` as ``type_``, without those of the ``forgiven`` fields that are odd and without odd rows of lists.

    None if it can't be read even so. Why it or a row couldn't be read is added to ``refused``.
    """
    try:
        return msgspec.convert(_sound(value, type_, forgiven, refused), type_, strict=False)
    except msgspec.ValidationError as error:
        refused.append(f"JSON of another kind: {str(error)[:_SHOWN]}")
        return None


def _sound(value: object, type_: Any, forgiven: frozenset[str], refused: list[str]) -> object:
    if not isinstance(value, dict):
        return value
    kept = dict(value)
    for name, kind in _fields(type_):
        if name not in kept:
            continue
        told, row = kept[name], _row_of(kind)
        if row is not None and isinstance(told, list):
            rows = (lenient(one, row, forgiven, refused) for one in told)
            kept[name] = [one for one in rows if one is not None]
        elif _struct_of(kind) is not None:
            kept[name] = _sound(told, _struct_of(kind), forgiven, refused)
        elif name in forgiven and not _is(told, kind):
            del kept[name]
    return kept


def _is(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


@lru_cache(maxsize=64)
def _fields(type_: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.encode_name, field.type) for field in msgspec.structs.fields(type_))


def _struct_of(kind: Any) -> Any:
    """The Struct that ``kind`` is, or may be beside None."""
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    return None


def _row_of(kind: Any) -> Any:
    """The Struct of which ``kind`` is a list."""
    return _struct_of(get_args(kind)[0]) if get_origin(kind) is list else None
