"""Adds to the golden corpus a body of every fact and version that isn't in it; what is there is never changed."""

import dataclasses
import json
import types
import typing
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from retail.facts import CATALOGUE, Fact
from sync.journal.encoding import encode

PLACE = Path(__file__).with_name("golden") / "facts.json"


def sample(kind: Any, name: str) -> Any:
    """A value of a field's type."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return args[0]
    if origin in (types.UnionType, typing.Union):
        return sample(next(arg for arg in args if arg is not type(None)), name)
    if origin is tuple:
        inner = args[:1] if len(args) == 2 and args[1] is Ellipsis else args
        return tuple(sample(arg, name) for arg in inner)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: sample(hints[f.name], f.name) for f in dataclasses.fields(kind)})  # type: ignore[operator]
    return {bool: True, int: 1234, str: f"{name}-é"}[kind]


def main() -> None:
    """Write the corpus."""
    corpus: list[dict[str, object]] = json.loads(PLACE.read_text()) if PLACE.exists() else []
    there = {(entry["kind"], entry["v"]) for entry in corpus}
    for kind, cls in sorted(CATALOGUE.items()):
        if (kind, cls.V) not in there:
            made = sample(cls, kind)
            assert isinstance(made, Fact)
            body = encode(made)
            corpus.append({"kind": kind, "v": cls.V, "body": body, "today": msgspec.json.decode(body)})
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(json.dumps(corpus, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
