"""A signed request counts once and for minutes: what somebody has recorded is worth nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from retail.facts import StaffSignedIn
from sync.client import Post, Upstream
from sync.identity import freshness
from sync.identity.enrolment import SignedAuth
from sync.identity.freshness import MOMENT_HEADER, NOW_HEADER, WINDOW_MS, Replays
from tests.support.books import SmallShop, served, small_shop
from tests.support.waiting import wait_until

YEAR_MS = 365 * 24 * 3_600_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallShop]:
    with small_shop(tmp_path) as made:
        yield made


@pytest.fixture
def address(shop: SmallShop) -> Iterator[str]:
    with served(shop.ledger_host) as server:
        yield f"http://127.0.0.1:{server.port}"


def again(sent: httpx.Request, **headers: str) -> httpx.Response:
    """The same bytes once more, from anybody."""
    changed = sent.headers.copy()
    changed.update(headers)
    return httpx.request(sent.method, sent.url, headers=changed, content=sent.content, timeout=10)


@pytest.mark.parametrize("path", ["/v1/feeds", "/v1/devices/LYO1-T1/head?mine=0"])
def test_a_recorded_request_is_not_answered_again(shop: SmallShop, address: str, path: str) -> None:
    first = httpx.get(address + path, auth=SignedAuth(shop.till.identity), timeout=10)
    assert first.status_code == 200
    answer = again(first.request)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/stale-request")
    named = first.request.headers[MOMENT_HEADER]
    another = named[:-1] + ("0" if named[-1] == "f" else "f")
    for moment in (another, "", "9" * 400):
        assert again(first.request, **{MOMENT_HEADER: moment}).json()["type"] == "/problems/bad-request-signature"
    assert NOW_HEADER not in again(first.request, **{MOMENT_HEADER: another}).headers


def test_equal_requests_of_one_device_are_all_answered(shop: SmallShop, address: str) -> None:
    with httpx.Client(base_url=address, auth=SignedAuth(shop.till.identity), timeout=10) as client:
        assert {client.get("/v1/feeds").status_code for _ in range(50)} == {200}


@pytest.mark.parametrize("off_ms", [-10 * YEAR_MS, 3 * YEAR_MS, WINDOW_MS + 5_000])
def test_a_till_whose_clock_is_far_off_is_heard_as_ever(
    shop: SmallShop, address: str, off_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = freshness.now_ms
    monkeypatch.setattr("sync.identity.freshness.now_ms", lambda: real() + off_ms)
    monkeypatch.setattr("sync.identity.enrolment.now_ms", lambda: real() + off_ms)
    monkeypatch.setattr("sync.server.now_ms", real)
    receiver = Replays()
    monkeypatch.setattr(
        receiver, "is_fresh", lambda moment, device: abs(int(moment.split(".")[0]) - real()) < WINDOW_MS
    )
    shop.ledger_host.replays = receiver
    with shop.till.unit() as work:
        work.record(StaffSignedIn(staff="s1"))
    post = Post(shop.till.identity, shop.till, [Upstream("ledger", address)], poll_s=0.05)
    post.start()
    try:
        wait_until(lambda: post.status.connected and post.status.pending == 0)
    finally:
        post.stop()


def test_what_was_heard_is_forgotten_once_it_is_stale_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000_000_000]
    monkeypatch.setattr(freshness, "now_ms", lambda: now[0])
    replays = Replays()
    recorded = freshness.moment()
    assert replays.is_fresh(recorded, "T1")
    assert not replays.is_fresh(recorded, "T1")
    assert replays.is_fresh(recorded, "T2")
    for _ in range(100):
        assert replays.is_fresh(freshness.moment(), "T1")
    now[0] += WINDOW_MS + 1
    assert not replays.is_fresh(recorded, "T1")
    assert replays.is_fresh(freshness.moment(), "T1")
    assert len(replays._heard) == 1
    now[0] -= 30 * 24 * 3_600_000
    assert replays.is_fresh(freshness.moment(), "T1"), "a clock that was set back is no reason to hear nobody"


@pytest.mark.parametrize("wrong", ["", ".", "1", "-1.0123456789abcdef", "9" * 16 + ".0123456789abcdef", "1.XYZ"])
def test_what_is_no_moment_is_not_fresh(wrong: str) -> None:
    assert not Replays().is_fresh(wrong, "T1")
