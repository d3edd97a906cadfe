"""``comptoir verify``: open the databases of a shop, check each by itself and all of them against each other."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from edge_agent.projections.rebuild import verify_projections
from store_app.till_book.checking import verify_rows
from sync.identity.keys import TicketKey
from sync.journal.rows import logs
from sync.storage.engine import open_engine
from sync.storage.transactions import reading
from sync.verify import Violation, compare_feeds, compare_nodes, report, verify_anchor, verify_database


def check_books(
    *, tills: Sequence[str] = (), agents: Sequence[str] = (), ledger: str | None = None, complete: bool = False
) -> list[Violation]:
    """All violations in these databases (files, or a ``postgresql://`` address for the ledger).

    ``complete`` also asks that everything has been sent: every log is of equal length wherever it is held.
    The shop may go on meanwhile: what is found is looked at again, from the other end of the way that records take,
    and only what both looks have found is wrong. Raises FileNotFoundError for a database that isn't there.
    """
    named = [(f"till {path}", path) for path in tills]
    named += [("agent" if len(agents) == 1 else f"agent {path}", path) for path in agents]
    named += [("ledger", ledger)] if ledger else []
    found = _look(named, complete)
    if not found:
        return []
    again = {(violation.kind, violation.where) for violation in _look(list(reversed(named)), complete)}
    return [violation for violation in found if (violation.kind, violation.where) in again]


def _look(named: Sequence[tuple[str, str]], complete: bool) -> list[Violation]:
    """Check each database by itself and all against each other, as they were when they were opened, in this order."""
    with ExitStack() as stack:
        nodes: dict[str, Connection] = {}
        shown: dict[str, sqlite3.Connection] = {}
        for name, path in named:
            nodes[name] = stack.enter_context(_opened(path))
            reference = _opened_reference(Path(path)) if name.startswith("till") else None
            if reference is not None:
                shown[name] = stack.enter_context(closing(reference))
        found: list[Violation] = []
        for name, path in named:
            own = _check(nodes[name], path, settled=complete or not name.startswith("ledger"))
            found += [violation._replace(where=f"{name}: {violation.where}") for violation in own]
        if "agent" in nodes:
            for name, reference in shown.items():
                rows = reference.execute("SELECT feed, key, version, body FROM rows")
                differing = compare_feeds(nodes["agent"], rows)
                found += [violation._replace(where=f"{name}: {violation.where}") for violation in differing]
        owners = {owner[1]: name for name, path in named if (owner := _owner(path))}
        return found + compare_nodes(nodes, owners=owners, complete=complete)


def verify_books(*, tills: Sequence[str], agents: Sequence[str], ledger: str | None) -> int:
    """Print what was found; 0 if everything holds, 1 if not, 2 if a database isn't there."""
    if not (tills or agents or ledger):
        print("name at least one database: --till FILE, --agent FILE, --ledger FILE or postgresql://…")
        return 2
    try:
        found = check_books(tills=tills, agents=agents, ledger=ledger)
    except FileNotFoundError as error:
        print(f"there is no database at {error.filename}")
        return 2
    except DBAPIError as error:
        print(f"a database can't be read: {error.orig}")
        return 2
    print(report(found))
    return 1 if found else 0


class _opened:
    """A read-only snapshot of a database; it neither makes nor changes anything."""

    def __init__(self, path: str) -> None:
        if "://" not in path and not Path(path).is_file():
            raise FileNotFoundError(2, "no such database", path)
        self._engine = open_engine(path)
        self._reading = reading(self._engine)

    def __enter__(self) -> Connection:
        conn = self._reading.__enter__()
        logs(conn)  # the snapshot is of the first statement
        return conn

    def __exit__(self, *error: object) -> None:
        self._reading.__exit__(None, None, None)
        self._engine.dispose()


def _check(conn: Connection, path: str, *, settled: bool) -> Iterator[Violation]:
    own = verify_database(conn, settled=settled, ticket_keys=_ticket_keys(path))
    yield from own
    tables = set(inspect(conn).get_table_names())
    if "stock_balance" in tables:
        yield from verify_projections(conn)
    if not own:
        yield from verify_rows(conn)
    owner = _owner(path)
    if owner is not None:
        yield from verify_anchor(conn, *owner, Path(path).parent)


def _owner(path: str) -> tuple[str, str] | None:
    """(store, device) whose database this is: its key's name stands beside it."""
    name = Path(path).parent / "device.json"
    if "://" in path or not name.is_file():
        return None
    about = json.loads(name.read_bytes())
    return about["store"], about["device"]


def _ticket_keys(path: str) -> dict[str, bytes]:
    """The public ticket key of a till, if it is one."""
    folder = Path(path).parent
    if "://" in path or not (folder / "ticket.key").is_file():
        return {}
    key = TicketKey.load_or_create(folder)
    return {key.key_id: key.public_pem}


def _opened_reference(till: Path) -> sqlite3.Connection | None:
    """What a till's screens read, as it is now, from the newest of its reference files."""
    files = sorted((till.parent / "reference").glob("ref-*.db"), key=lambda file: int(file.stem.split("-")[1]))
    if not files:
        return None
    conn = sqlite3.connect(f"{files[-1].resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    conn.execute("BEGIN")
    conn.execute("SELECT 1 FROM rows LIMIT 1").fetchall()
    return conn
