"""What must hold in every book at any time: run by tests, by the simulator and by the checker."""

from retail.stock.book import StockBook
from retail.stock.places import PHYSICAL


def broken_invariants(book: StockBook) -> list[str]:
    """Return every broken promise of a book in words; empty when all is well.

    I1 every article sums to zero over all places. I4 units, goods without tags and unresolved sales make up the
    physical balance. I5 what is open of a reservation lies between nothing and what was placed. I6 what can be
    promised is between nothing and what is sellable. I7 a unit is in one place.
    """
    return [*_sums(book), *_units(book), *_promises(book)]


def _sums(book: StockBook) -> list[str]:
    found = []
    for gtin, row in book.balances.items():
        total = sum(row.values())
        if total:
            found.append(f"I1: {gtin} sums to {total} over all places")
    return found


def _units(book: StockBook) -> list[str]:
    found = []
    by_place: dict[tuple[str, str, str], int] = {}
    held = 0
    for unit, row in book.units.items():
        by_place[row.gtin, row.at.location, row.at.condition] = by_place.get((row.gtin, *row.at), 0) + 1
        if row.held:
            held += 1
            if unit not in book.held.get(row.gtin, ()):
                found.append(f"I7: {unit} is at {row.at.text} and not counted as held")
    if held != sum(len(units) for units in book.held.values()):
        found.append("I7: units are counted as held that are elsewhere")
    for gtin, missing in book.unresolved.items():
        if missing < 0:
            found.append(f"I4: {gtin} has {missing} unresolved units")
        known = sum(len(sale.places) for sale in book.open_sales.get(gtin, ()))
        if known > missing:
            found.append(f"I4: {known} sales of {gtin} wait for a unit, {missing} units are unresolved")
    for (gtin, location, condition), count in by_place.items():
        if location not in PHYSICAL:
            continue
        balance = sum(qty for key, qty in book.balances.get(gtin, {}).items() if tuple(key) == (location, condition))
        if balance + book.unresolved.get(gtin, 0) < count:
            found.append(f"I4: {count} units of {gtin} stand at {location}/{condition}, the balance is {balance}")
    return found


def _promises(book: StockBook) -> list[str]:
    found = []
    committed: dict[str, int] = {}
    for kept in book.reservations.values():
        committed[kept.gtin] = committed.get(kept.gtin, 0) + kept.qty
        if not 0 < kept.qty <= kept.placed:
            found.append(f"I5: {kept.qty} of {kept.placed} is open of reservation {kept.rid}")
    if committed != book.committed_by:
        found.append("I5: the sums of what is promised aren't those of the reservations")
    leased: dict[str, int] = {}
    for lease in book.leases.values():
        if lease.outstanding:
            leased[lease.gtin] = leased.get(lease.gtin, 0) + lease.outstanding
    if leased != book.leased_by:
        found.append("I6: the sums of what is leased aren't those of the leases")
    for gtin, qty in book.committed_by.items():
        if qty < 0:
            found.append(f"I5: {qty} of {gtin} is promised")
    return found
