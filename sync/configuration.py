"""Settings from one TOML file: what is wrong is said with file, key and remedy."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


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
        raise _explain(path, error) from None
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


def _explain(path: Path, error: ValidationError) -> SettingsError:
    first = error.errors(include_url=False, include_input=True)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return SettingsError(path, key, "this key is missing", "Add it.")
    if first["type"] == "extra_forbidden":
        return SettingsError(path, key, "this key isn't known", "Remove it or mend its name.")
    return SettingsError(path, key, f"{first['msg']} (it says {first['input']!r})", "Change the value.")


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
