"""The agent's side of the sync protocol: batches wait for the heart's commit, feeds are read from snapshots."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate

from edge_agent.messages import BatchArrived, Message
from edge_agent.tills import Tills
from sync.feeds.row import Page
from sync.feeds.snapshot import SnapshotStore
from sync.host import BookHost
from sync.identity.enrolment import Peer
from sync.storage.book import Book
from sync.wire.messages import Ack, Batch, FeedInfo, LogHead, SnapshotInfo
from sync.wire.problems import Problem

ANSWER_S = 10.0
"""how long a request waits for the heart"""


class AgentHost(BookHost):
    """Every authenticated request counts as having heard from its till."""

    def __init__(self, book: Book, snapshots: SnapshotStore, post: Callable[[Message], None], tills: Tills) -> None:
        super().__init__(book, is_ledger=False, snapshots=snapshots)
        self._post = post
        self._tills = tills

    def told(self, device: str, unreadable: dict[str, int]) -> None:
        """A till tells how much its own devices have sent that made no sense."""
        self._tills.unreadable[device] = unreadable

    def heard(self, peer: Peer) -> None:
        """A till proved who it is by a request."""
        if peer.kind == "till":
            self._tills.heard(peer.device, self.book.clock.mono_ms())

    def receive(self, peer: Peer, store: str, device: str, batch: Batch) -> Ack:
        """Hand a batch to the heart; returns after its commit. Raises :class:`Problem`."""
        self.heard(peer)
        if device == self.book.identity.device:
            raise Problem("not-allowed", device=peer.device, log=device)
        reply: Future[Ack] = Future()
        self._post(BatchArrived(peer, store, device, batch, reply))
        try:
            return reply.result(ANSWER_S)
        except TooLate:
            raise Problem("busy") from None

    def head(self, peer: Peer, device: str, mine: int | None = None) -> LogHead:
        """A till tells with ``mine`` how far its journal goes, when it has sent it."""
        self.heard(peer)
        found = super().head(peer, device, mine)
        if mine is not None and peer.kind == "till" and peer.device == device and found.seq >= mine:
            self._tills.told_all(device)
        return found

    def events(self, peer: Peer, device: str, start: int) -> Batch | None:
        self.heard(peer)
        return super().events(peer, device, start)

    def feeds(self, peer: Peer) -> dict[str, FeedInfo]:
        self.heard(peer)
        return super().feeds(peer)

    def deltas(self, peer: Peer, feed: str, since: int, limit: int, epoch: str) -> Page:
        self.heard(peer)
        return super().deltas(peer, feed, since, limit, epoch)

    def snapshot(self, peer: Peer, feed: str, version: int) -> tuple[SnapshotInfo, str]:
        self.heard(peer)
        return super().snapshot(peer, feed, version)
