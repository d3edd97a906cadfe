"""Settings from one TOML file: what is wrong is said with file, key and remedy."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar, get_args

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

_SECRET_NAMES: Final = ("token", "password", "secret", "database")
"""a key with one of these in its name, or inside a table named so, is never shown"""
_BOUNDS: Final = {
    "gt": "more than {}",
    "ge": "{} or more",
    "lt": "less than {}",
    "le": "{} or less",
    "multiple_of": "a multiple of {}",
    "min_length": "{} long or longer",
    "max_length": "{} long or shorter",
    "pattern": "text like {}",
}
"""what pydantic knows of a bound -> how it is said"""


class SettingsError(Exception):
    """A settings file can't be used; the text names the file, the key and what to do."""

    def __init__(self, path: Path, key: str, wrong: str, remedy: str) -> None:
        self.path = path
        self.key = key
        self.remedy = remedy
        where = f"{path}: {key}" if key else str(path)
        super().__init__(f"{where}: {wrong}. {remedy}")


def load(path: Path, model: type[M]) -> M:
    """Read ``path`` into ``model``. Raises :class:`SettingsError`; unknown keys are refused at every depth."""
    data = _parse(path)
    try:
        settings = model.model_validate(data)
    except ValidationError as error:
        raise _explain(path, model, error) from None
    for key, known in _unknown(settings, data, ""):
        raise SettingsError(path, key, "this key isn't known", _did_you_mean(key.rsplit(".", 1)[-1], known))
    return settings


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(path, "", "there is no such file", "Create it or give another path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(path, "", f"it can't be read ({error})", "Check its permissions and encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, "", f"it isn't valid TOML ({error})", "Mend the line that is named.") from None


def _explain(path: Path, model: type[BaseModel], error: ValidationError) -> SettingsError:
    first = error.errors(include_url=False, include_input=True)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return SettingsError(path, key, "this key is missing", "Add it.")
    if first["type"] == "extra_forbidden":
        return SettingsError(path, key, "this key isn't known", "Remove it or mend its name.")
    value = first["input"]
    shown = f" (it says {value!r})" if _may_be_shown(model, first["loc"], value) else ""
    return SettingsError(path, key, f"{first['msg']}{shown}", _remedy(first))


def _remedy(error: ErrorDetails) -> str:
    """What the value may be, where the error knows it."""
    known = error.get("ctx", {})
    if "expected" in known:
        return f"Change the value: choose {known['expected']}."
    bounds = [said.format(known[name]) for name, said in _BOUNDS.items() if name in known]
    return f"Change the value: it must be {' and '.join(bounds)}." if bounds else "Change the value."


def _may_be_shown(model: type[BaseModel], loc: tuple[int | str, ...], value: object) -> bool:
    """Whether a wrong value may stand in the error: a single one, neither of a secret field nor named like one."""
    if not isinstance(value, (str, int, float)):
        return False
    names = [part.lower() for part in loc if isinstance(part, str)]
    return not any(word in name for name in names for word in _SECRET_NAMES) and not _is_secret(model, loc)


def _is_secret(model: type[BaseModel], loc: tuple[int | str, ...]) -> bool:
    """Whether the field at ``loc`` is a pydantic secret, or a table, which a secret may have been put in place of.

    Indexes and keys of mappings stay with their items' type.
    """
    kinds: set[type] = {model}
    for part in loc:
        fields = list(_fields(kinds, part))
        if fields:
            kinds = {kind for field in fields for kind in _classes(field)}
    return any(issubclass(kind, (SecretStr, SecretBytes, BaseModel)) for kind in kinds)


def _fields(kinds: set[type], name: int | str) -> Iterator[object]:
    """The annotations of the field ``name`` (or aliased so) in those of ``kinds`` that are models."""
    for kind in kinds:
        if issubclass(kind, BaseModel):
            for own, field in kind.model_fields.items():
                if name in (own, field.alias):
                    yield field.annotation


def _classes(annotation: object) -> set[type]:
    """Every class that an annotation speaks of: ``tuple[Token, ...] | None`` speaks of ``Token``."""
    parts = get_args(annotation)
    if parts:
        return {kind for part in parts for kind in _classes(part)}
    return {annotation} if isinstance(annotation, type) else set()


def _unknown(value: object, data: object, at: str) -> Iterator[tuple[str, list[str]]]:
    """Every key of ``data`` that the validated ``value`` has no field for, with the names that are known there."""
    if isinstance(value, BaseModel) and isinstance(data, Mapping):
        fields = {field.alias or name: name for name, field in type(value).model_fields.items()}
        for key, inner in data.items():
            if key not in fields:
                yield f"{at}{key}", list(fields)
            else:
                yield from _unknown(getattr(value, fields[key]), inner, f"{at}{key}.")
    elif isinstance(value, (list, tuple)) and isinstance(data, list):
        for n, (made, inner) in enumerate(zip(value, data, strict=False)):
            yield from _unknown(made, inner, f"{at}{n}.")
    elif isinstance(value, Mapping) and isinstance(data, Mapping):
        for key, inner in data.items():
            yield from _unknown(value.get(key), inner, f"{at}{key}.")


def _did_you_mean(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known here: {', '.join(sorted(known)) or 'nothing'}."
