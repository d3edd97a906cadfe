"""What can arrive in the heart's inbox; frozen, from any thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.contracts import ReaderCommand
from drivers.readings import ReaderEvent, TagReads
from retail.facts import Fact

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sync.feeds.row import FeedRow
    from sync.identity.enrolment import Peer
    from sync.wire.messages import Batch

Json = dict[str, Any]
"""A JSON object as it stands in a body or a feed row."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered: an HTTP status and a JSON body."""

    status: int
    body: Json


@dataclass(frozen=True, slots=True)
class ReadsArrived:
    """A reader saw tags."""

    batch: TagReads


@dataclass(frozen=True, slots=True)
class ReaderSpoke:
    """A reader reported something beside reads."""

    event: ReaderEvent


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """A reader's link is gone; said once."""

    reader: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReaderBack:
    """A reader's link stands again; said once."""

    reader: str


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """A command was handed to a reader; ``trouble`` says why it couldn't be, and is empty if it could."""

    reader: str
    command: ReaderCommand
    trouble: str = ""
    unlinked: bool = False
    """the trouble is that the reader has no link"""


@dataclass(frozen=True, slots=True)
class BatchArrived:
    """A till sent journal records; the reply is an ``Ack`` after the commit, or a ``Problem``."""

    peer: "Peer"
    store: str
    device: str
    batch: "Batch"
    reply: "Future[Any]"


@dataclass(frozen=True, slots=True)
class FactArrived:
    """A new fact of another device, checked and stored in the same commit; ``at`` is when it happened, ms UTC."""

    device: str
    seq: int
    at: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class LogRefused:
    """A till's log can't be taken on: it isn't the one that is here, or was damaged on its way or at its source."""

    device: str
    problem: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedArrived:
    """Rows of one of the ledger's feeds, the cursor after them and the publisher's epoch."""

    feed: str
    scope: str
    rows: "tuple[FeedRow, ...]"
    cursor: int
    reply: "Future[None]"
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class FeedChanged:
    """Rows of a feed that were applied in the same commit."""

    feed: str
    rows: Mapping[str, Json | None]


@dataclass(frozen=True, slots=True)
class CommandArrived:
    """A person's request from a screen. ``seen`` is the version of the subject that they had in view."""

    device: str
    id: str
    kind: str
    subject: str
    by: str
    args: Json
    reply: "Future[Answer]"
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the state in memory can answer."""

    what: str
    key: str
    reply: "Future[Answer]"


@dataclass(frozen=True, slots=True)
class TimeCame:
    """A moment that a handler asked to be woken at."""

    key: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes; ``now_us`` is the machine's steady time (us UTC), in which reads arrive here.

    ``heard_us`` is earlier while reads wait: a unit isn't gone because nobody has listened yet. None: all was heard.
    """

    now_us: int
    heard_us: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish what is in hand and end."""

    done: "Future[None] | None" = field(default=None)


Message = (
    ReadsArrived
    | ReaderSpoke
    | ReaderLost
    | ReaderBack
    | CommandEnded
    | BatchArrived
    | FactArrived
    | FeedArrived
    | LogRefused
    | FeedChanged
    | CommandArrived
    | Asked
    | TimeCame
    | Tick
    | Stop
)
