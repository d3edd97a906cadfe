"""French and English are complete, and translations keep the fields of their messages."""

import re

import pytest

from store_app.locale import LANGUAGES, catalogue, merged, pseudo
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
