"""Catalogues: every ``store_app/locale/<language>/*.po`` merged and compiled in memory; no binary is kept.

``catalogue("fr")`` is French, ``catalogue("en")`` English (the language of the code), ``catalogue("pseudo")`` the
pseudo-locale that shows untranslated and clipped texts. ``python -m store_app.locale`` lists what is missing.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("fr", "en")
PSEUDO = "pseudo"

_ACCENTED = str.maketrans("aceinouyAEIOUCNLS", "åçéîñöûýÅÉÎÖÛÇÑĻŞ")


def merged(language: str) -> Catalog:
    """All files of a language in one catalogue."""
    whole = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    whole.add(message.id, message.string, context=message.context)
    return whole


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of a language; an unknown one speaks the language of the code."""
    if language == PSEUDO:
        return Pseudo()
    if not (FOLDER / language).is_dir():
        return NullTranslations()
    buffer = BytesIO()
    write_mo(buffer, merged(language))
    buffer.seek(0)
    return GNUTranslations(buffer)


class Pseudo(NullTranslations):
    """Every text a third longer, accented and in brackets; fields in braces stay as they are."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)


def pseudo(message: str) -> str:
    """``Total`` is ``[Ţöţåļ··]``: a third longer, so that what doesn't fit shows."""
    parts: list[str] = []
    depth = 0
    for char in message:
        depth += (char == "{") - (char == "}")
        parts.append(char if depth or char == "}" else char.translate(_ACCENTED))
    more = max(1, len(message) // 3) if len(message) < 24 else len(message) // 5
    return f"[{''.join(parts)}{'·' * more}]"
