"""``comptoir verify``: open the databases of a shop, check each by itself and all of them against each other."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import Connection

from edge_agent.projections.rebuild import verify_projections
from sync.identity.keys import TicketKey
from sync.storage.engine import open_engine
from sync.storage.transactions import reading
from sync.verify import Violation, compare_feeds, compare_nodes, report, verify_anchor, verify_database


def check_books(
    *, tills: Sequence[str] = (), agents: Sequence[str] = (), ledger: str | None = None, complete: bool = False
) -> list[Violation]:
    """All violations in these databases (files, or a ``postgresql://`` address for the ledger).

    ``complete`` also asks that everything has been sent: every log is of equal length wherever it is held.
    Raises FileNotFoundError for a database that isn't there.
    """
    named = [(f"till {path}", path) for path in tills]
    named += [("agent" if len(agents) == 1 else f"agent {path}", path) for path in agents]
    named += [("ledger", ledger)] if ledger else []
    with ExitStack() as stack:
        nodes = {name: stack.enter_context(_opened(path)) for name, path in named}
        found: list[Violation] = []
        for name, path in named:
            own = _check(nodes[name], path, settled=complete or not name.startswith("ledger"))
            found += [violation._replace(where=f"{name}: {violation.where}") for violation in own]
        for name, _path in named:
            if name.startswith("agent"):
                kept = verify_projections(nodes[name])
                found += [violation._replace(where=f"{name}: {violation.where}") for violation in kept]
        if len(agents) == 1:
            for path in tills:
                shown = compare_feeds(nodes["agent"], _reference_rows(Path(path)))
                found += [violation._replace(where=f"till {path}: {violation.where}") for violation in shown]
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
        return self._reading.__enter__()

    def __exit__(self, *error: object) -> None:
        self._reading.__exit__(None, None, None)
        self._engine.dispose()


def _check(conn: Connection, path: str, *, settled: bool) -> Iterator[Violation]:
    yield from verify_database(conn, settled=settled, ticket_keys=_ticket_keys(path))
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


def _reference_rows(till: Path) -> Iterator[tuple[str, str, int, str | None]]:
    """(feed, key, version, body) of what a till's screens read, from the newest of its reference files."""
    files = sorted((till.parent / "reference").glob("ref-*.db"), key=lambda file: int(file.stem.split("-")[1]))
    if not files:
        return
    with closing(sqlite3.connect(f"{files[-1].resolve().as_uri()}?mode=ro", uri=True)) as conn:
        yield from conn.execute("SELECT feed, key, version, body FROM rows")
