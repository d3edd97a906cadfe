"""Which devices are known, and how a request proves which one sent it.

Nothing is trusted on first use: a device's public key is entered by an explicit enrolment. Every request carries the
device's signature over method, target, moment and body; certificates and TLS come beside this, the seam is
:class:`Peer`.
"""

import base64
import binascii
import re
from collections.abc import Generator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, cast

import httpx
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from sync.identity.freshness import MOMENT_HEADER, NOW_HEADER, moment, now_ms
from sync.identity.keys import Identity, verify
from sync.journal.chain import genesis
from sync.storage.tables import devices, heads

Kind = Literal["till", "agent", "ledger", "channel"]
DEVICE_HEADER = "X-Comptoir-Device"
SIGNATURE_HEADER = "X-Comptoir-Signature"
_ID = re.compile(r"[A-Za-z0-9-][A-Za-z0-9._-]{0,63}")
"""ids stand in addresses, headers and names of files"""


class EnrolmentError(Exception):
    """A device can't be enrolled or revoked as asked."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A device that proved who it is."""

    store: str
    device: str
    kind: Kind
    public: bytes


def enrol(
    conn: Connection,
    store: str,
    device: str,
    kind: Kind,
    public: bytes,
    *,
    at: int = 0,
    replaces: str | None = None,
) -> Peer:
    """Enter a device and open its log; again with the same key is no error.

    ``public`` is an Ed25519 key (32 bytes). Raises :class:`EnrolmentError` when the id belongs to another key or was
    revoked: a device with a new key gets a new id.
    """
    for id in (store, device):
        if not _ID.fullmatch(id):
            raise EnrolmentError(f"{id!r} can't be an id: letters, digits, dot, hyphen and underscore, 64 at most")
    if len(public) != 32:
        raise EnrolmentError(f"{device}: a public key has 32 bytes, not {len(public)}")
    known = conn.execute(select(devices).where(devices.c.device == device)).first()
    if known is not None:
        if base64.b64decode(known.public) != public or known.store != store:
            raise EnrolmentError(f"{device} is enrolled for {known.store} with another key; give the device a new id")
        if known.revoked_at is not None:
            raise EnrolmentError(f"{device} was revoked; give the device a new id and a new key")
        if known.kind != kind:
            conn.execute(update(devices).where(devices.c.device == device).values(kind=kind))
    else:
        conn.execute(
            insert(devices).values(
                device=device,
                store=store,
                kind=kind,
                public=base64.b64encode(public).decode(),
                enrolled_at=at,
                replaces=replaces,
            )
        )
    _open_log(conn, store, device, public)
    return Peer(store, device, kind, public)


def revoke(conn: Connection, device: str, *, at: int) -> None:
    """From now on the device's requests and records are refused; its log stays. Raises :class:`EnrolmentError`."""
    done = conn.execute(update(devices).where(devices.c.device == device).values(revoked_at=at))
    if done.rowcount == 0:
        raise EnrolmentError(f"{device} isn't enrolled")


def peer_of(conn: Connection, device: str) -> Peer | None:
    """The enrolled device of that id; None if it is unknown or revoked."""
    row = conn.execute(select(devices).where(devices.c.device == device, devices.c.revoked_at.is_(None))).first()
    return None if row is None else _peer(row)


def peers(conn: Connection, store: str | None = None) -> list[Peer]:
    """All enrolled devices, or those of one store, in order of their ids."""
    query = select(devices).where(devices.c.revoked_at.is_(None)).order_by(devices.c.device)
    return [_peer(row) for row in conn.execute(query if store is None else query.where(devices.c.store == store))]


def public_of(conn: Connection, device: str) -> bytes | None:
    """The key of a device, revoked or not: old logs are checked with it."""
    text = conn.execute(select(devices.c.public).where(devices.c.device == device)).scalar()
    return None if text is None else base64.b64decode(text)


class SignedAuth(httpx.Auth):
    """Signs every request of an httpx client with a device's key."""

    requires_request_body = True

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._offset_ms = 0
        """the receiver's real time minus ours, as it last said"""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self._sign(request)
        response = yield request
        said = response.headers.get(NOW_HEADER, "")
        if response.status_code == 403 and said.isdecimal() and len(said) < 16:
            self._offset_ms = int(said) - now_ms()
            self._sign(request)
            yield request

    def _sign(self, request: httpx.Request) -> None:
        target = request.url.raw_path.decode("ascii")
        named = moment(self._offset_ms)
        data = signed_bytes(request.method, target, named, request.content)
        request.headers[DEVICE_HEADER] = self._identity.device
        request.headers[MOMENT_HEADER] = named
        request.headers[SIGNATURE_HEADER] = base64.b64encode(self._identity.sign(data)).decode()


def is_signed_by(public: bytes, method: str, target: str, named: str, body: bytes, signature: str) -> bool:
    """True if the request's signature (base64) is by the holder of ``public``; ``named`` is its moment."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return verify(public, signed_bytes(method, target, named, body), raw)


def signed_bytes(method: str, target: str, named: str, body: bytes) -> bytes:
    """What a request's signature covers; ``target`` is path and query as sent, ``named`` the moment."""
    return f"comptoir-request/1\n{method}\n{target}\n{named}\n{sha256(body).hexdigest()}".encode()


def _peer(row: Row[tuple[object, ...]]) -> Peer:
    return Peer(row.store, row.device, cast(Kind, row.kind), base64.b64decode(row.public))


def _open_log(conn: Connection, store: str, device: str, public: bytes) -> None:
    there = conn.execute(select(heads.c.seq).where(heads.c.store == store, heads.c.device == device)).first()
    if there is None:
        first = genesis(store, device, public).hex()
        conn.execute(insert(heads).values(store=store, device=device, seq=0, hash=first))
