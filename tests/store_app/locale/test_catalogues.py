"""French and English are complete, and translations keep the fields of their messages."""

import ast
import re
from collections.abc import Iterator

import pytest

from store_app.locale import FOLDER, LANGUAGES, catalogue, merged, pseudo
from store_app.locale.__main__ import missing, used
from store_app.presenters import texts
from store_app.presenters.texts import _, n_


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete(language: str) -> None:
    assert len(used()) > 200
    assert [(message, where) for _context, message, where in missing(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_fields(language: str) -> None:
    def fields(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", text))

    wrong = []
    for message in merged(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        allowed = set().union(*(fields(str(i)) for i in ids))
        wrong += [(message.id, s) for s in said if fields(str(s)) - allowed or (allowed - {"n"}) - fields(str(s))]
    assert not wrong


def test_french_is_spoken_with_its_plurals() -> None:
    texts.use(texts.Texts("fr", catalogue("fr")))
    assert _("Cash") == "Espèces"
    assert n_("{n} line", "{n} lines", 1) == "1 ligne"
    assert n_("{n} line", "{n} lines", 4) == "4 lignes"


def test_an_unknown_language_speaks_the_language_of_the_code() -> None:
    texts.use(texts.Texts("eo", catalogue("eo")))
    assert _("Cash") == "Cash"


def test_pseudo_keeps_fields_and_grows() -> None:
    assert pseudo("{found} of {wanted} found").startswith("[{found} öf {wanted} föûñd")
    assert len(pseudo("Total")) >= len("Total") * 1.3


SAID_AT = {"Action": (0,), "Chip": (0,), "Empty": (0, 1), "Fact": (0, 1), "Kpi": (0, 1), "Label": (0,),
           "Notice": (0, 1), "Field": (1, 3), "Choice": (1,), "Tab": (1,)}  # fmt: skip
"""where the views' parts and the labels take words for people"""
NAMES = ("LYO1-T1-000042",)
"""what is the same in every language"""


def bare_words() -> Iterator[str]:
    """Words that a screen says without asking the catalogue; those of the samples are the made-up shop's."""
    for path in sorted(FOLDER.parent.rglob("*.py")):
        if "samples" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id[0].isupper()):
                continue
            said = [call.args[at] for at in SAID_AT.get(call.func.id, ()) if at < len(call.args)]
            said += [one.value for one in call.keywords if one.arg in ("title", "text", "subtitle", "help", "why")]
            for one in said:
                yield from (f"{path.name}:{one.lineno} {words}" for words in _written(one))


def _written(expression: ast.expr) -> Iterator[str]:
    """Words in the code of a text: the text itself, or what stands between the fields of an f-string."""
    parts = expression.values if isinstance(expression, ast.JoinedStr) else [expression]
    for part in parts:
        words = part.value if isinstance(part, ast.Constant) else None
        if isinstance(words, str) and re.search(r"[^\W\d_]{2}", words) and words not in NAMES:
            yield words


def test_nothing_is_said_beside_the_catalogues() -> None:
    assert list(bare_words()) == []
