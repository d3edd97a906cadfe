"""What an EPC is called: tag URI, pure identity URI and GS1 Digital Link (TDS 2.2, sections 6, 7 and 12)."""

from collections.abc import Sequence

from retail.epc.characters import link_escaped, urn_escaped
from retail.epc.families import QUALIFIERS, Ais
from retail.epc.schemes import DATED, Scheme

RESOLVER = "https://id.gs1.org"
"""the domain of canonical links"""

TAG_URI = "urn:epc:tag:"
PURE_IDENTITY = "urn:epc:id:"


def tag_uri(scheme: Scheme, filter_value: int | None, values: Sequence[str]) -> str | None:
    """The EPC tag URI; TDS 2 defines none for the "+" schemes."""
    if scheme.plus:
        return None
    shown = [urn_escaped(value) for value in values]
    if scheme.filter_bits:
        shown.insert(0, str(filter_value))
    return f"{TAG_URI}{scheme.name.lower()}:{'.'.join(shown)}"


def pure_identity(scheme: Scheme, values: Sequence[str]) -> str | None:
    """The pure identity URI; a "+" scheme doesn't say where its company prefix ends, so it has none."""
    if scheme.plus:
        return None
    return f"{PURE_IDENTITY}{scheme.family.urn}:{'.'.join(map(urn_escaped, values))}"


def element_strings(scheme: Scheme, values: tuple[str, ...]) -> Ais:
    """The application identifiers that the EPC stands for, the date of a DSGTIN+ last."""
    if not scheme.plus:
        return scheme.family.ais(values)
    pairs = [pair for pair in zip(scheme.ais, values, strict=True) if pair[0] != DATED]
    if DATED in scheme.ais:
        ai, _, date = values[scheme.ais.index(DATED)].partition("=")
        pairs.append((ai, date))
    return tuple(pairs)


def digital_link(ais: Ais) -> str | None:
    """The canonical GS1 Digital Link: key, its qualifiers in order, then attributes; nothing without a GS1 key."""
    if not ais:
        return None
    (key, number), *others = ais
    order = QUALIFIERS[key]
    qualifiers = sorted((pair for pair in others if pair[0] in order), key=lambda pair: order.index(pair[0]))
    path = "".join(f"/{ai}/{link_escaped(value)}" for ai, value in [(key, number), *qualifiers])
    query = "&".join(f"{ai}={link_escaped(value)}" for ai, value in others if ai not in order)
    return f"{RESOLVER}{path}{'?' if query else ''}{query}"
