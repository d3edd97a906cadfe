"""Everything that can be checked in one database by itself."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect

from sync.verify.cash import conserve_cash
from sync.verify.duplicates import find_duplicates
from sync.verify.fiscal import verify_fiscal
from sync.verify.journals import verify_attachments, verify_journals
from sync.verify.ledger import verify_ledger
from sync.verify.stock import conserve_stock, verify_stock_feed
from sync.verify.tickets import verify_tickets
from sync.verify.violation import Violation


def verify_database(
    conn: Connection, *, settled: bool = True, ticket_keys: Mapping[str, bytes] | None = None
) -> list[Violation]:
    """Chains, duplicates, stock, cash, documents and tickets of a till's, an agent's or the ledger's database.

    ``settled`` as in :func:`conserve_stock`; ``ticket_keys`` as in :func:`verify_fiscal`.
    """
    found = [*verify_journals(conn), *verify_attachments(conn), *find_duplicates(conn)]
    tables = set(inspect(conn).get_table_names())
    if tables & {"ledger_stock", "stock_balance"}:
        found += conserve_stock(conn, settled=settled)
    if "stock_balance" in tables:
        found += verify_stock_feed(conn)
    found += verify_ledger(conn)
    return [*found, *conserve_cash(conn), *verify_fiscal(conn, ticket_keys), *verify_tickets(conn)]
