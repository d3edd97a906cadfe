"""Snapshots: a feed as a ready SQLite file, compressed, with a manifest that its publisher signed.

The file is a reference database with this one feed in it, indexes included, so that a reader renames it into place.
"""

import base64
import binascii
import os
import re
import sqlite3
import threading
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec
import structlog
import zstandard
from sqlalchemy import Connection, Engine, select

from sync.feeds import refschema
from sync.feeds.publish import state
from sync.feeds.row import FeedRow
from sync.identity.keys import Identity, verify
from sync.storage.tables import feed_rows
from sync.storage.transactions import reading
from sync.wire.messages import SnapshotInfo

log = structlog.get_logger(__name__)

_BLOCK = 1024 * 1024
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class SnapshotRefused(Exception):
    """A snapshot isn't what its manifest says, or nobody trusted signed it."""


class SnapshotStore:
    """A folder with the newest snapshot of each feed; built in a thread of its own, one at a time."""

    def __init__(self, folder: Path, engine: Engine, identity: Identity) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._engine = engine
        self._identity = identity
        self._lock = threading.Lock()
        self._builders: dict[tuple[str, str], threading.Thread] = {}
        self._failed: set[tuple[str, str]] = set()

    def latest(self, feed: str, scope: str) -> SnapshotInfo | None:
        """The manifest of the newest snapshot that is ready."""
        try:
            found = msgspec.json.decode(self._manifest(feed, scope).read_bytes(), type=SnapshotInfo)
        except (OSError, msgspec.DecodeError):
            return None
        return found if self.file(feed, scope, found.version) is not None else None

    def file(self, feed: str, scope: str, version: int) -> Path | None:
        """The compressed file of a version, if it is here."""
        path = self._path(feed, scope, version)
        return path if os.path.exists(path) else None  # unlike Path.exists, not upset by a name that is too long

    def build(self, feed: str, scope: str) -> SnapshotInfo | None:
        """Build a snapshot of what the feed is now; None if nothing was ever published in it."""
        raw = self._folder / f"{_name(feed, scope)}.building"
        for leftover in self._folder.glob(raw.name + "*"):
            leftover.unlink()
        with reading(self._engine) as conn:
            head = state(conn, feed, scope)
            if head is None:
                return None
            _fill(conn, raw, feed, scope, head.version, head.epoch)
        raw_size = raw.stat().st_size
        packed = raw.with_suffix(".packing")
        digest, size = _pack(raw, packed)
        raw.unlink()
        packed.replace(self._path(feed, scope, head.version))
        info = SnapshotInfo(
            head.version, head.epoch, f"/v1/feeds/{feed}/snapshots/{head.version}", size, raw_size, digest,
            self._identity.device, "",
        )  # fmt: skip
        log.info("snapshot_built", feed=feed, version=info.version, bytes=info.size)
        return self._publish(feed, scope, info)

    def adopt(self, feed: str, scope: str, packed: Path, info: SnapshotInfo) -> None:
        """Offer a snapshot that was fetched and verified, under this device's own signature; its file moves here."""
        made = msgspec.structs.replace(
            info, url=f"/v1/feeds/{feed}/snapshots/{info.version}", signed_by=self._identity.device, sig=""
        )
        packed.replace(self._path(feed, scope, info.version))
        self._publish(feed, scope, made)
        log.info("snapshot_adopted", feed=feed, version=info.version, bytes=info.size)

    def build_soon(self, feed: str, scope: str) -> None:
        """Build in the background, unless that is being done."""
        with self._lock:
            running = self._builders.get((feed, scope))
            if running is not None and running.is_alive():
                return
            thread = threading.Thread(
                target=self._build_safely, args=(feed, scope), name=f"snapshot-{feed}", daemon=True
            )
            self._builders[feed, scope] = thread
            thread.start()

    def building(self, feed: str, scope: str) -> bool:
        """Whether one is being made, and may be counted on: the last try didn't fail."""
        with self._lock:
            running = self._builders.get((feed, scope))
            return running is not None and running.is_alive() and (feed, scope) not in self._failed

    def wait(self, timeout: float = 120.0) -> None:
        """Wait until nothing is being built."""
        with self._lock:
            running = list(self._builders.values())
        for thread in running:
            thread.join(timeout)

    def _build_safely(self, feed: str, scope: str) -> None:
        try:
            self.build(feed, scope)
        except Exception:
            log.exception("snapshot_failed", feed=feed)
            self._failed.add((feed, scope))
        else:
            self._failed.discard((feed, scope))

    def _publish(self, feed: str, scope: str, info: SnapshotInfo) -> SnapshotInfo:
        """Sign the manifest, write it, and drop the files of other versions."""
        sig = base64.b64encode(self._identity.sign(_signed(feed, scope, info))).decode()
        info = msgspec.structs.replace(info, sig=sig)
        draft = self._manifest(feed, scope).with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(info))
        draft.replace(self._manifest(feed, scope))
        for path in self._folder.glob(f"{_name(feed, scope)}@*.zst"):
            if path != self._path(feed, scope, info.version):
                path.unlink(missing_ok=True)
        return info

    def _manifest(self, feed: str, scope: str) -> Path:
        return self._folder / f"{_name(feed, scope)}.json"

    def _path(self, feed: str, scope: str, version: int) -> Path:
        return self._folder / f"{_name(feed, scope)}@{version}.zst"


def unpack(packed: Path, into: Path, feed: str, scope: str, info: SnapshotInfo, public: bytes) -> None:
    """Check a fetched snapshot against its manifest and its signature, and write the database file, synced.

    Raises :class:`SnapshotRefused`; then nothing is left at ``into``.
    """
    if not _is_signed(public, feed, scope, info):
        raise SnapshotRefused(f"feed {feed}: the snapshot's manifest isn't signed by {info.signed_by}")
    if packed.stat().st_size != info.size or _digest(packed) != info.sha256:
        raise SnapshotRefused(f"feed {feed}: the snapshot's file isn't the one of its manifest")
    try:
        _inflate(packed, into, info.raw_size)
        with closing(refschema.connect_read_only(into)) as conn:
            refschema.check_schema(conn)
    except (zstandard.ZstdError, sqlite3.DatabaseError, SnapshotRefused) as error:
        into.unlink(missing_ok=True)
        raise SnapshotRefused(f"feed {feed}: {error}") from None


def _is_signed(public: bytes, feed: str, scope: str, info: SnapshotInfo) -> bool:
    try:
        return verify(public, _signed(feed, scope, info), base64.b64decode(info.sig, validate=True))
    except binascii.Error:
        return False


def _fill(conn: Connection, raw: Path, feed: str, scope: str, version: int, epoch: str) -> None:
    query = (
        select(feed_rows.c.version, feed_rows.c.key, feed_rows.c.v, feed_rows.c.body)
        .where(feed_rows.c.feed == feed, feed_rows.c.scope == scope)
        .execution_options(yield_per=5000)
    )
    made = refschema.create(raw)
    try:
        made.execute("PRAGMA journal_mode = OFF")  # what is left of a build that failed is thrown away
        made.execute("PRAGMA synchronous = OFF")
        refschema.apply(made, feed, (FeedRow(*row) for row in conn.execute(query)), version, epoch)
        made.execute("PRAGMA journal_mode = DELETE")
    finally:
        made.close()


def _pack(raw: Path, packed: Path) -> tuple[str, int]:
    """Compress; returns SHA-256 (hexadecimal) and size of the compressed file."""
    with raw.open("rb") as source, packed.open("wb") as target:
        zstandard.ZstdCompressor(level=3).copy_stream(source, target, size=raw.stat().st_size)
        target.flush()
        os.fsync(target.fileno())
    return _digest(packed), packed.stat().st_size


def _inflate(packed: Path, into: Path, raw_size: int) -> None:
    size = 0
    with packed.open("rb") as source, into.open("wb") as target:
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(source) as reader:
            while block := reader.read(_BLOCK):
                size += len(block)
                if size > raw_size:
                    raise SnapshotRefused(f"the snapshot is larger than the {raw_size} bytes of its manifest")
                target.write(block)
        target.flush()
        os.fsync(target.fileno())
    if size != raw_size:
        raise SnapshotRefused(f"the snapshot has {size} bytes, its manifest says {raw_size}")


def _digest(path: Path) -> str:
    made = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


def _signed(feed: str, scope: str, info: SnapshotInfo) -> bytes:
    fields = (feed, scope, info.version, info.epoch, info.size, info.raw_size, info.sha256)
    return ("comptoir-snapshot/1\n" + "\n".join(map(str, fields))).encode()


def _name(feed: str, scope: str) -> str:
    return _UNSAFE.sub("_", f"{feed}.{scope}" if scope else feed).replace(".", "_")
