"""The routes of protocol 1: who may ask what, bounded input, a clean and quick stop."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from retail.facts import StaffSignedIn
from sync.identity.enrolment import SignedAuth
from sync.journal.outbox import next_batch
from sync.listening import serve
from sync.server import build_routes
from sync.wire.channel import Channel, Unreachable
from sync.wire.compression import TooLarge, compress, decompress
from sync.wire.problems import MEDIA_TYPE, Problem
from tests.support.books import SmallShop, introduce, open_book, served, small_shop
from tests.support.waiting import wait_until


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallShop]:
    with small_shop(tmp_path) as made:
        with made.till.unit() as work:
            work.record(StaffSignedIn(staff="s1"))
        yield made


@pytest.fixture
def address(shop: SmallShop) -> Iterator[str]:
    with served(shop.ledger_host) as server:
        yield f"http://127.0.0.1:{server.port}"


def send(shop: SmallShop, address: str, as_device: str = "till") -> None:
    sender = {"till": shop.till, "agent": shop.agent}[as_device]
    with shop.till.read() as conn, Channel(sender.identity, address) as channel:
        batch = next_batch(conn, "LYO1", "LYO1-T1", 0)
        assert batch is not None
        assert channel.send("LYO1-T1", batch).ack == 1


def test_a_device_sends_and_reads_its_own_log_and_the_agent_relays(shop: SmallShop, address: str) -> None:
    send(shop, address)
    send(shop, address, "agent")
    with Channel(shop.till.identity, address) as channel:
        head = channel.head("LYO1-T1")
        assert (head.seq, head.hash, head.ledger_ack) == (1, shop.till.head.hash.hex(), 1)
        found = channel.events("LYO1-T1", 1)
        assert found is not None
        assert [event.kind for event in found.events] == ["staff.signed_in"]
        assert channel.events("LYO1-T1", 2) is None
        assert abs(channel.time_ms() - shop.ledger.clock.now_ms()) < 5


def test_a_till_may_not_touch_another_ones_log(shop: SmallShop, address: str, tmp_path: Path) -> None:
    with open_book(tmp_path / "t2", "LYO1-T2") as other:
        introduce(shop.ledger, other)
        with Channel(other.identity, address) as channel:
            for ask in (lambda: channel.head("LYO1-T1"), lambda: channel.events("LYO1-T1", 1)):
                with pytest.raises(Problem, match="not-allowed"):
                    ask()
            with shop.till.read() as conn:
                batch = next_batch(conn, "LYO1", "LYO1-T1", 0)
            assert batch is not None
            with pytest.raises(Problem, match="not-allowed"):
                channel.send("LYO1-T1", batch)


def test_requests_without_a_known_signature_get_403(shop: SmallShop, address: str, tmp_path: Path) -> None:
    assert httpx.get(address + "/v1/feeds", timeout=5).status_code == 403
    with open_book(tmp_path / "t3", "LYO1-T3") as stranger, Channel(stranger.identity, address) as channel:
        with pytest.raises(Problem, match="not-enrolled"):
            channel.feeds()
        stranger.identity.device = "LYO1-T1"
        with pytest.raises(Problem, match="bad-request-signature"):
            channel.feeds()
    answer = httpx.get(address + "/v1/feeds", timeout=5)
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.json()["type"] == "/problems/not-enrolled"


def test_nonsense_gets_a_problem(shop: SmallShop, address: str) -> None:
    auth = SignedAuth(shop.till.identity)
    zstd = {"Content-Encoding": "zstd"}
    with httpx.Client(base_url=address, auth=auth, timeout=10) as client:
        url = "/v1/devices/LYO1-T1/events"
        answers = [
            client.post(url, content=b"not zstd", headers=zstd),
            client.post(url, content=compress(b"not json"), headers=zstd),
            client.post(url, content=compress(msgspec.json.encode({"store": "LYO1"})), headers=zstd),
            client.get(url + "?from=minus-one"),
            client.get("/v1/feeds/taxes/deltas?since=x"),
            client.get("/v1/feeds/taxes/deltas?since=%C2%B2"),
            *(client.post(url, content=b"{}", headers={"X-Proto": proto}) for proto in (b"one", b"-1", b"", b"\xb2")),
        ]
        assert [answer.status_code for answer in answers] == [400] * 10
        assert {answer.json()["type"] for answer in answers} == {"/problems/malformed"}
        assert client.post(url, content=b"{}", headers={"X-Proto": "0"}).status_code == 426
        bomb = client.post(url, content=compress(bytes(40_000_000)), headers=zstd)
        huge = client.post(url, content=bytes(5_000_000))
        assert [bomb.status_code, huge.status_code] == [413, 413]
        assert client.get("/v1/feeds/weather/deltas").status_code == 404
        assert client.get("/v1/feeds/taxes/snapshots/3").status_code == 404


def test_compression_is_bounded() -> None:
    assert decompress(compress(b"x" * 1000)) == b"x" * 1000
    with pytest.raises(TooLarge):
        decompress(compress(b"x" * 1001), limit=1000)
    with pytest.raises(ValueError, match="zstd"):
        decompress(b"xxxx")


def test_a_server_with_open_streams_stops_within_a_second(shop: SmallShop) -> None:
    app = FastAPI()
    app.include_router(build_routes(shop.ledger_host))
    server = serve(app)
    opened, ended = threading.Event(), threading.Event()

    def listen() -> None:
        url = f"http://127.0.0.1:{server.port}/v1/stream"
        with httpx.stream("GET", url, auth=SignedAuth(shop.till.identity), timeout=10) as stream:
            for _ in stream.iter_lines():
                opened.set()
        ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert opened.wait(10)
    started = time.monotonic()
    server.stop()
    took = time.monotonic() - started
    assert ended.wait(5)
    listener.join(5)
    assert took < 2.0, "one second, and another for a busy machine"


def test_a_port_in_use_is_said(shop: SmallShop) -> None:
    with served(shop.ledger_host) as server, pytest.raises(OSError, match="in use"):
        serve(FastAPI(), "127.0.0.1", server.port)


def test_nobody_there_is_unreachable(shop: SmallShop) -> None:
    with Channel(shop.till.identity, "http://127.0.0.1:1") as channel, pytest.raises(Unreachable):
        channel.feeds()


def test_a_database_that_is_held_or_away_is_busy_and_no_failure_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sync.storage.engine.BUSY_TIMEOUT_MS", 50)
    with small_shop(tmp_path) as shop, served(shop.ledger_host) as server:
        with shop.till.unit() as work:
            work.record(StaffSignedIn(staff="s1"))
        url = f"http://127.0.0.1:{server.port}"
        with closing(sqlite3.connect(tmp_path / "ledger" / "book.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unreachable, match="busy"):
                send(shop, url)
            other.execute("ROLLBACK")
        send(shop, url)
    assert not [record for record in caplog.records if record.exc_info]


def test_a_body_that_stands_still_is_given_up_with_its_connection(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.BODY_SILENCE_S", 0.2)
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=10) as half:
        half.sendall(b"POST /v1/devices/LYO1-T1/events HTTP/1.1\r\nHost: ledger\r\nContent-Length: 1000\r\n\r\n{")
        said = b""
        while part := half.recv(4096):
            said += part
    assert said.startswith(b"HTTP/1.1 503 ")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells of its timers")
def test_a_peer_that_the_network_lost_is_noticed(address: str) -> None:
    port = int(address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as client:
        mine = client.getsockname()
        wait_until(lambda: _kept_alive(mine, port))


def _kept_alive(client: tuple[str, int], port: int) -> bool:
    """Whether the server's end of a connection has a keep-alive timer, as Linux tells."""
    ends = ((f"0100007F:{port:04X}", f"0100007F:{client[1]:04X}"),)
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return any((row[1], row[2]) in ends and row[5].startswith("02:") for row in rows)
