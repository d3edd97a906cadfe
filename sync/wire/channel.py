"""One device's requests to one upstream: signed, bounded, each with a timeout.

Whatever isn't an answer of the protocol (no connection, a timeout, a server error) is :class:`Unreachable`: the
outcome is unknown, and sending again is harmless.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self, TypeVar

import httpx
import msgspec

from sync.feeds.row import FeedRow, Page
from sync.identity.enrolment import SignedAuth
from sync.identity.keys import Identity
from sync.wire.compression import MAX_COMPRESSED_BYTES, MAX_RAW_BYTES, compress, decompress
from sync.wire.messages import BATCH_TYPE, PROTOCOL, Ack, Batch, FeedEnd, FeedInfo, LogHead, SnapshotInfo
from sync.wire.problems import parse

T = TypeVar("T")

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_line_decoder = msgspec.json.Decoder(tuple[int, str, int, msgspec.Raw])
_end_decoder = msgspec.json.Decoder(FeedEnd)
_heads = msgspec.json.Decoder(LogHead)
_acks = msgspec.json.Decoder(Ack)
_batches = msgspec.json.Decoder(Batch)
_feeds = msgspec.json.Decoder(dict[str, FeedInfo])


class Unreachable(Exception):
    """No answer of the protocol came; nothing is known about what the other side did."""


class Channel:
    """Requests of protocol 1 to ``url``; one connection kept alive. Not for several threads at once."""

    def __init__(self, identity: Identity, url: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            auth=SignedAuth(identity),
            timeout=timeout,
            headers={"X-Proto": str(PROTOCOL), "Accept-Encoding": "zstd"},
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # journals

    def head(self, device: str, mine: int | None = None) -> LogHead:
        """Where a log stands at the receiver; ``mine`` tells it where it stands here.

        Raises :class:`Problem`, :class:`Unreachable`.
        """
        params = None if mine is None else {"mine": mine}
        return _decoded(_heads, self.request("GET", f"/v1/devices/{device}/head", params=params))

    def send(self, device: str, batch: Batch) -> Ack:
        """Post a batch; returns when the receiver has committed it. Raises :class:`Problem`, :class:`Unreachable`."""
        body = compress(msgspec.json.encode(batch))
        headers = {"Content-Type": BATCH_TYPE, "Content-Encoding": "zstd"}
        return _decoded(_acks, self.request("POST", f"/v1/devices/{device}/events", body=body, headers=headers))

    def events(self, device: str, start: int) -> Batch | None:
        """A log's records from ``start`` on; None when there are none."""
        body = self.request("GET", f"/v1/devices/{device}/events", params={"from": start})
        return _decoded(_batches, body) if body else None

    # feeds

    def feeds(self) -> dict[str, FeedInfo]:
        """Where every feed stands."""
        return _decoded(_feeds, self.request("GET", "/v1/feeds"))

    def deltas(self, feed: str, since: int, limit: int, epoch: str = "") -> Page:
        """Rows above a cursor; bodies stay JSON text. Raises :class:`Problem` ``snapshot-required``."""
        params: dict[str, str | int] = {"since": since, "limit": limit, "epoch": epoch}
        lines = self.request("GET", f"/v1/feeds/{feed}/deltas", params=params).splitlines()
        try:
            end = _end_decoder.decode(lines.pop())
            rows = [_feed_row(line) for line in lines]
        except (IndexError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreachable(f"feed {feed}: the deltas can't be read ({error})") from None
        return Page(rows, end.cursor, end.more, end.epoch)

    def fetch_snapshot(self, info: SnapshotInfo, into: Path) -> None:
        """Download a snapshot's compressed file, going on where an earlier try ended."""
        part = part_of(into, info)
        there = part.stat().st_size if part.exists() else 0
        if there < info.size:
            headers = {"Accept-Encoding": "identity"}
            if there:
                headers |= {"Range": f"bytes={there}-", "If-Range": f'"{info.sha256}"'}
            self._download(info, part, headers)
        part.replace(into)

    def _download(self, info: SnapshotInfo, part: Path, headers: dict[str, str]) -> None:
        try:
            with self._client.stream("GET", info.url, headers=headers) as response:
                if response.status_code not in (200, 206):
                    raise parse(response.status_code, response.read())
                with part.open("ab" if response.status_code == 206 else "wb") as file:
                    for block in response.iter_raw():
                        file.write(block)
                        if file.tell() > info.size:
                            raise Unreachable("the snapshot is longer than its manifest says")
        except httpx.HTTPError as error:
            raise Unreachable(_said(error)) from None

    # anything

    def time_ms(self) -> int:
        """The other side's wall time, ms UTC."""
        found = _decoded(msgspec.json.Decoder(dict[str, int]), self.request("GET", "/v1/time"))
        return found.get("now_ms", 0)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """One signed request; the answer's body. Raises :class:`Problem` below 500, else :class:`Unreachable`."""
        try:
            with self._client.stream(method, path, params=params, content=body, headers=headers) as response:
                data = b"".join(_bounded(response))
        except httpx.HTTPError as error:
            raise Unreachable(_said(error)) from None
        if response.headers.get("Content-Encoding") == "zstd":
            try:
                data = decompress(data, MAX_RAW_BYTES)
            except ValueError as error:
                raise Unreachable(str(error)) from None
        if response.status_code < 300:
            return data
        problem = parse(response.status_code, data)
        if response.status_code >= 500 or response.status_code == 429:
            raise Unreachable(str(problem))
        raise problem


def part_of(into: Path, info: SnapshotInfo) -> Path:
    """Where a snapshot's file grows until all of it has come."""
    return into.with_name(f"{into.name}.{info.sha256[:16]}.part")


def _bounded(response: httpx.Response) -> Iterator[bytes]:
    size = 0
    for block in response.iter_raw():
        size += len(block)
        if size > 4 * MAX_COMPRESSED_BYTES:
            raise Unreachable("the answer is larger than the protocol allows")
        yield block


def _feed_row(line: bytes) -> FeedRow:
    version, key, v, raw = _line_decoder.decode(line)
    body = bytes(raw).decode()
    return FeedRow(version, key, v, None if body == "null" else body)


def _decoded(decoder: "msgspec.json.Decoder[T]", data: bytes) -> T:
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        raise Unreachable(f"the answer can't be read ({error})") from None


def _said(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
