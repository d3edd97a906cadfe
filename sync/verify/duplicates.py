"""One sale stands in one record: no sale id and no ticket number twice."""

from sqlalchemy import Connection

from retail.facts import DeviceContinues, SaleCompleted
from sync.verify.facts import facts
from sync.verify.violation import Violation


def find_duplicates(conn: Connection) -> list[Violation]:
    """Sales that stand twice. A sale that a new log adopted from the one it continues counts once."""
    adopted: dict[str, tuple[str, set[str]]] = {}
    for one in facts(conn, DeviceContinues):
        if isinstance(one.fact, DeviceContinues):
            adopted[one.device] = (one.fact.old, set(one.fact.adopted))
    found: list[Violation] = []
    ids: dict[str, tuple[str, int]] = {}
    numbers: dict[tuple[str, str], tuple[str, int]] = {}
    for one in facts(conn, SaleCompleted):
        sale = one.fact
        if not isinstance(sale, SaleCompleted):
            continue
        here = (one.device, one.seq)
        for what, first in (
            (f"sale {sale.sale}", ids.setdefault(sale.sale, here)),
            (f"ticket {sale.number}", numbers.setdefault((one.store, sale.number), here)),
        ):
            if first != here and not _is_adopted(adopted, first[0], one.device, sale.number):
                found.append(
                    Violation("sale-twice", f"{one.device}/{one.seq}", f"{what} stands in {first[0]}/{first[1]} too")
                )
    return found


def _is_adopted(adopted: dict[str, tuple[str, set[str]]], one: str, other: str, number: str) -> bool:
    for new, old in ((one, other), (other, one)):
        continued, numbers = adopted.get(new, ("", set()))
        if continued == old and number in numbers:
            return True
    return False
