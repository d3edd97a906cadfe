"""Conservation of cash: float, cash of the sales and movements give what every closed shift expected."""

from collections import defaultdict

from sqlalchemy import Connection

from retail.facts import CashMoved, SaleCompleted, ShiftClosed, ShiftOpened
from sync.verify.adopted import Adopted
from sync.verify.facts import facts
from sync.verify.violation import Violation


def conserve_cash(conn: Connection) -> list[Violation]:
    """Recompute the drawer of every shift, and the arithmetic of every ticket, from the facts."""
    found: list[Violation] = []
    opened: set[str] = set()
    drawer: defaultdict[str, int] = defaultdict(int)
    counted: set[str] = set()
    closed: list[tuple[str, ShiftClosed]] = []
    adopted = Adopted(conn)
    for one in facts(conn, ShiftOpened, SaleCompleted, CashMoved, ShiftClosed):
        where = f"{one.device}/{one.seq}"
        fact = one.fact
        if isinstance(fact, ShiftOpened) and fact.shift not in opened:
            opened.add(fact.shift)
            drawer[fact.shift] += fact.float_minor
        elif isinstance(fact, SaleCompleted) and not fact.training and fact.sale not in counted:
            counted.add(fact.sale)
            drawer[fact.shift] += sum(t.minor for t in fact.tenders if t.kind == "cash")
            found.extend(Violation("ticket-wrong", where, text) for text in _ticket(fact))
        elif isinstance(fact, CashMoved):
            drawer[fact.shift] += 0 if adopted.stands_twice(one) else fact.minor
        elif isinstance(fact, ShiftClosed):
            closed.append((where, fact))
    for where, shift in closed:
        if shift.shift in opened and shift.expected_minor != drawer[shift.shift]:
            text = f"shift {shift.shift} expected {shift.expected_minor}, the facts give {drawer[shift.shift]}"
            found.append(Violation("cash-differs", where, text))
        if shift.difference_minor != shift.counted_minor - shift.expected_minor:
            found.append(
                Violation("cash-differs", where, f"shift {shift.shift}: the difference isn't counted - expected")
            )
    return found


def _ticket(sale: SaleCompleted) -> list[str]:
    """What doesn't add up in one ticket."""
    wrong: list[str] = []
    total = sum(line.total_minor for line in sale.lines) + sale.rounding_minor
    if not sale.prices_include_tax:
        total += sum(line.tax_minor for line in sale.lines)
    if total != sale.total_minor:
        wrong.append(f"ticket {sale.number}: lines give {total}, the total is {sale.total_minor}")
    paid = sum(tender.minor for tender in sale.tenders)
    if paid != sale.total_minor:
        wrong.append(f"ticket {sale.number}: tenders give {paid}, the total is {sale.total_minor}")
    return wrong
