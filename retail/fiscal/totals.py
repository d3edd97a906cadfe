"""Whether closings say what their tickets say: totals per rate of every period, and the perpetual totals."""

from collections.abc import Iterable, Mapping
from typing import Any

from retail.facts import FiscalStamp
from retail.fiscal.chain import BadDocument, Fault, read_payload
from retail.fiscal.closings import Amounts, Totals


def verify_totals(closings: Iterable[FiscalStamp], tickets: Iterable[FiscalStamp]) -> BadDocument | None:
    """The first closing that its tickets contradict, or nothing.

    Both are whole chains from their first document on; invoices aren't counted, so that a till that writes them
    is checked with its invoices left out of both.
    """
    documents = [document for stamp in tickets if (document := read_payload(stamp)) is not None]
    running: list[tuple[Totals, Totals]] = [(Totals(), Totals())]
    for document in documents:
        entries = _entries(document)
        signed, absolute = running[-1]
        running.append((signed.plus(entries), absolute.plus((rate, one.absolute) for rate, one in entries)))
    for stamp in closings:
        closing = read_payload(stamp)
        if closing is None or not _agrees(closing, documents, running):
            return BadDocument(stamp.chain, stamp.number, Fault.TOTALS)
    return None


def _entries(document: Mapping[str, Any]) -> list[tuple[str, Amounts]]:
    return [
        (line["rate"], Amounts(line["net_minor"], line["tax_minor"], line["net_minor"] + line["tax_minor"]))
        for line in document["lines"]
    ]


def _agrees(closing: Mapping[str, Any], documents: list[dict[str, Any]], running: list[tuple[Totals, Totals]]) -> bool:
    first, last, until = closing["first_number"], closing["last_number"], closing["ticket_head"]["number"]
    if until >= len(running) or closing["documents"] != (last - first + 1 if first else 0):
        return False
    mine = documents[first - 1 : last] if first else []
    period = Totals().plus(entry for document in mine for entry in _entries(document))
    signed, absolute = running[until]
    return bool(
        closing["totals"] == period.document()
        and closing["perpetual"] == signed.document()
        and closing["perpetual_absolute"] == absolute.document()
        and closing["perpetual_minor"] == signed.gross
        and closing["perpetual_absolute_minor"] == absolute.gross
    )
