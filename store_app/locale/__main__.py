"""``python -m store_app.locale``: what is not translated yet; with ``--update`` English is filled in from the code."""

import argparse
import sys
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from store_app.locale import FOLDER, LANGUAGES, merged

ROOTS = {"screens": FOLDER.parent, "demo": FOLDER.parents[1] / "installer" / "demo"}
"""where messages stand: the till's screens, and the demo's panel beside them; the names of their English files"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {"_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}

Id = str | tuple[str, str]


@cache
def used(*roots: str) -> dict[tuple[str | None, Id], str]:
    """Every message of the code (of all ``ROOTS``, or of these) -> the module in which it first stands.

    A message that is also the singular of a counted one is that one: gettext finds it there.
    """
    found: dict[tuple[str | None, Id], str] = {}
    for root in roots or ROOTS:
        for name, _line, message, _comments, context in extract_from_dir(str(ROOTS[root]), keywords=KEYWORDS):
            key: Id = message if isinstance(message, str) else (message[0], message[1])
            if message:
                found.setdefault((context, key), name)
    singulars = {(context, key[0]) for context, key in found if isinstance(key, tuple)}
    return {(context, key): name for (context, key), name in found.items() if (context, key) not in singulars}


def missing(language: str) -> list[tuple[str | None, Id, str]]:
    """(context, message, module) of everything that a language doesn't say yet."""
    known: set[tuple[str | None, Id]] = set()
    for message in merged(language):
        if isinstance(message.id, str):
            known.add((message.context, message.id))
        else:
            known.add((message.context, (message.id[0], message.id[1])))
    return sorted(((c, m, where) for (c, m), where in used().items() if (c, m) not in known), key=lambda m: str(m[1]))


def update_english() -> int:
    """Write what the code says into ``en/*.po``, a file for each root; returns how many messages there are."""
    return sum(_write_english(root) for root in ROOTS)


def _write_english(root: str) -> int:
    whole = Catalog(locale="en", project="Comptoir", header_comment="# English texts of Comptoir.")
    for (context, key), _where in sorted(used(root).items(), key=lambda item: str(item[0][1])):
        whole.add(key, key, context=context)
    return _write(FOLDER / "en" / f"{root}.po", whole)


def add_french(path: Path, texts: dict[Id, Id]) -> int:
    """Add translations to a French file, sorted; what it already says stays."""
    whole = Catalog(locale="fr", project="Comptoir", header_comment="# Textes français de Comptoir.")
    old: list[Message] = list(read_po(path.open("rb"), locale="fr")) if path.exists() else []
    for message in old:
        if message.id:
            whole.add(message.id, message.string, context=message.context)
    for key, text in texts.items():
        whole.add(key, text)
    return _write(path, whole)


def _write(path: Path, whole: Catalog) -> int:
    with path.open("wb") as file:
        write_po(file, whole, width=0, sort_output=True, no_location=True, omit_header=False)
    return len(whole)


def main(argv: list[str] | None = None) -> int:
    """Print what is missing; returns 1 when something is."""
    parser = argparse.ArgumentParser(prog="python -m store_app.locale", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the English catalogue anew")
    if parser.parse_args(argv).update:
        update_english()
    gaps = 0
    for language in LANGUAGES:
        for context, message, where in missing(language):
            gaps += 1
            sys.stdout.write(f"{language}  {where}  {context or ''}{message!r}\n")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
