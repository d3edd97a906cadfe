"""Signed documents: each till's chains are gapless and every document carries the signature of the one before."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection, inspect, text

from retail.facts import FiscalEventRecorded, FiscalStamp, PeriodClosed, SaleCompleted
from retail.fiscal import verify_chain
from sync.identity.keys import verify_es256
from sync.verify.facts import facts
from sync.verify.violation import Violation

_IN_FACTS = ("ticket", "closing", "event")
"""chains of which every document stands in a fact"""


def verify_fiscal(conn: Connection, keys: Mapping[str, bytes] | None = None) -> list[Violation]:
    """Check the chains that stand in facts, and a till's own documents against them.

    ``keys`` are public keys (PEM) by key id; documents of a key that isn't given are checked but for the signature.
    """
    stamps: defaultdict[tuple[str, str, str], dict[int, FiscalStamp]] = defaultdict(dict)
    found: list[Violation] = []
    for one in facts(conn, SaleCompleted, PeriodClosed, FiscalEventRecorded):
        stamp = one.fact.stamp if isinstance(one.fact, SaleCompleted | PeriodClosed | FiscalEventRecorded) else None
        if stamp is None:
            continue
        chain = stamps[one.store, stamp.key, stamp.chain]
        if chain.setdefault(stamp.number, stamp) != stamp:
            found.append(
                Violation("document-twice", f"{one.device}/{one.seq}", f"{stamp.chain} {stamp.number} was signed twice")
            )
    for (store, key, name), chain in sorted(stamps.items()):
        if name in _IN_FACTS:
            found.extend(_verify(f"{store}/{name}/{key}", chain, keys or {}))
    found.extend(_compare_documents(conn, stamps, keys or {}))
    return found


def _verify(where: str, chain: dict[int, FiscalStamp], keys: Mapping[str, bytes]) -> Iterator[Violation]:
    verdict = verify_chain((chain[number] for number in sorted(chain)), _verifier(keys))
    if verdict.bad is not None:
        yield Violation("fiscal-chain-broken", where, f"document {verdict.bad.number}: {verdict.bad.fault}")


def _compare_documents(
    conn: Connection, stamps: Mapping[tuple[str, str, str], dict[int, FiscalStamp]], keys: Mapping[str, bytes]
) -> Iterator[Violation]:
    """A till's table of documents: whole by itself, and the same as in the facts."""
    if "till_fiscal_documents" not in inspect(conn).get_table_names():
        return
    kept: defaultdict[tuple[str, str], dict[int, FiscalStamp]] = defaultdict(dict)
    rows = conn.execute(text("SELECT chain, number, payload, signature, key FROM till_fiscal_documents"))
    for chain, number, payload, signature, key in rows:
        stamp = FiscalStamp(chain=chain, number=number, payload=payload, signature=signature, key=key)
        kept[key, chain][number] = stamp
    for (key, name), documents in sorted(kept.items()):
        yield from _verify(f"till_fiscal_documents/{name}/{key}", documents, keys)
    for (_, key, name), signed in sorted(stamps.items()):
        own = kept.get((key, name))
        for number, stamp in signed.items() if own else ():
            if own is not None and own.get(number) != stamp:
                yield Violation("document-differs", f"{name}/{number}", "the till's document isn't the fact's")


def _verifier(keys: Mapping[str, bytes]) -> Callable[[bytes, bytes, str], bool]:
    def verify(data: bytes, signature: bytes, key: str) -> bool:
        return key not in keys or verify_es256(keys[key], data, signature)

    return verify
