"""What comes in from other devices, into the database: journal batches, and rows of the ledger's feeds."""

import base64

import msgspec
import structlog
from sqlalchemy import Connection, delete, insert, select

from edge_agent import feed_rules
from edge_agent.messages import BatchArrived, FeedArrived, FeedChanged, Json
from edge_agent.projections.tables import ASIDE
from retail.errors import Refused
from sync.feeds.apply import apply
from sync.feeds.row import FeedRow, text_of
from sync.identity.enrolment import EnrolmentError, enrol, peers, revoke
from sync.journal.ingest import Received, receive

log = structlog.get_logger(__name__)


FINAL = frozenset({"fork", "chain-broken", "bad-signature"})
"""problems that stop a till's log until somebody has looked at it"""


def receive_batch(conn: Connection, message: BatchArrived, now: int) -> Received:
    """Check a batch against what is here and store what is new. Raises ``Problem``; then nothing was written."""
    with conn.begin_nested():
        return receive(conn, message.device, message.batch, at=now)


def apply_feed(conn: Connection, message: FeedArrived, now: int) -> FeedChanged:
    """Store the rows that keep the rules and the cursor; those that break one are kept aside, the old ones stay."""
    good, changed = [], {}
    was_aside = set(conn.execute(select(ASIDE.c.key).where(ASIDE.c.feed == message.feed)).scalars())
    for row in message.rows:
        try:
            body = _body(message.feed, row)
        except Refused as no:
            keep_aside(conn, message.feed, row, no, now)
            continue
        good.append(row)
        changed[row.key] = body
        if row.key in was_aside:
            conn.execute(delete(ASIDE).where(ASIDE.c.feed == message.feed, ASIDE.c.key == row.key))
    if message.feed == "settings" and changed.get("devices") is not None:
        enrol_devices(conn, changed["devices"] or {}, now)
    apply(conn, message.feed, message.scope, good, message.cursor, epoch=message.epoch)
    return FeedChanged(message.feed, changed)


def _body(feed: str, row: FeedRow) -> Json | None:
    """The row's object, None for a deletion. Raises :class:`Refused` when it breaks a rule of the feed."""
    text = text_of(row.body)
    if text is None:
        return None
    try:
        body = msgspec.json.decode(text, type=Json)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused("bad_row", f"{feed} {row.key}: not a JSON object ({error})") from None
    feed_rules.check(feed, row.key, body)
    return body


def keep_aside(conn: Connection, feed: str, row: FeedRow, no: Refused, now: int) -> None:
    """Put a row aside with its reason: the health page says so, the last good version stays."""
    log.warning("feed row kept aside", feed=feed, key=row.key, reason=no.text)
    kept = {"feed": feed, "key": row.key, "reason": no.text, "body": text_of(row.body) or "", "at": now}
    conn.execute(insert(ASIDE).prefix_with("OR REPLACE"), kept)


def enrol_devices(conn: Connection, row: Json, now: int) -> None:
    """Know the store's devices as the ledger has enrolled them; one that isn't named any more is refused."""
    named = {device["device"] for device in row["devices"]}
    store = next((device.store for device in peers(conn) if device.kind == "agent"), "")
    for device in row["devices"]:
        if device["kind"] == "agent":
            continue
        try:
            enrol(conn, store, device["device"], device["kind"], base64.b64decode(device["public"]), at=now)
        except (EnrolmentError, ValueError) as error:
            log.error("device not enrolled", device=device["device"], reason=str(error))
    for peer in peers(conn, store):
        if peer.kind == "till" and peer.device not in named:
            revoke(conn, peer.device, at=now)
            log.warning("device revoked", device=peer.device)
