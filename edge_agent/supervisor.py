"""Device workers of the store: starts and stops them, says once when one is lost and once when it is back."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from drivers.contracts import Reader, ReaderCommand
from drivers.errors import DeviceError, Disconnected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.registry import open_reader
from drivers.worker import Back, Lost, ReaderWorker
from edge_agent.messages import CommandEnded, Message, ReaderBack, ReaderLost, ReaderSpoke, ReadsArrived
from edge_agent.reader_webhook import Doorway
from edge_agent.settings import ReaderSettings

log = structlog.get_logger(__name__)

STOP_TIMEOUT_S = 10.0
_GATE = {"extras": True}
_CEILING = {"report_every_n": 250, "report_every_ms": 400, "rest_ms": 250}

_PLANNED = {"llrp": "planned", "zebra-mqtt": "planned", "r2000": "antennas", "thingmagic": "antennas"}
"""kinds that are told the plan's antennas, and as which option: to miss those that are off, or to read on them"""


@dataclass(slots=True)
class ReaderHealth:
    """What is known of one reader; counters since the agent started."""

    name: str
    kind: str
    url: str
    state: str = "starting"
    reason: str = ""
    reads: int = 0
    batches: int = 0
    gaps: int = 0
    overflows: int = 0
    garbled: int = 0
    remarks: int = 0
    """what it said that has no kind of its own, refusals of outputs among it"""
    losses: int = 0
    last_ms: int = 0
    gate: bool = False
    """whether it watches an exit"""
    _counted: Callable[[str], int] = field(default=lambda _name: 0, repr=False)
    _boot: str = field(default="", repr=False)
    _n: int = field(default=-1, repr=False)

    @property
    def well(self) -> bool:
        """The link stands."""
        return self.state in ("connected", "reading")

    @property
    def dropped(self) -> int:
        """Bytes and messages that the driver threw away because they weren't its protocol, or came too fast."""
        return self._counted("dropped")

    @property
    def overflowed(self) -> int:
        """What the reader, or something between it and us, says it has lost: messages or occasions."""
        return self._counted("overflowed")

    @property
    def repeated(self) -> int:
        """Messages that came again and were passed over."""
        return self._counted("repeated")

    def counted_by(self, reader: Reader) -> None:
        """The driver keeps count of what it drops; one that doesn't drops nothing."""
        self._counted = lambda name: int(
            getattr(reader if name == "dropped" else getattr(reader, "counters", None), name, 0)
        )

    def as_json(self) -> dict[str, str | int]:
        """What the page shows of it."""
        shown = (
            "name", "kind", "url", "state", "reason", "reads", "batches", "gaps", "overflows", "garbled", "remarks",
            "losses",
        )  # fmt: skip
        drivers = {"dropped": self.dropped, "overflowed": self.overflowed, "repeated": self.repeated}
        return {name: getattr(self, name) for name in shown} | drivers | {"last_ms": self.last_ms, "gate": self.gate}

    def saw(self, batch: TagReads) -> None:
        """Count a batch; a jump in its number is a gap."""
        if batch.boot == self._boot and batch.n > self._n + 1:
            self.gaps += batch.n - self._n - 1
        self._boot, self._n = batch.boot, batch.n
        self.batches += 1
        self.reads += len(batch.reads)
        self.last_ms = batch.received_us // 1000
        self.state = "reading"

    def heard(self, event: ReaderEvent) -> None:
        """Count what a reader says of its own troubles."""
        self.overflows += event.kind is ReaderEventKind.OVERFLOW
        self.garbled += event.kind is ReaderEventKind.GARBLED
        self.remarks += event.kind in (ReaderEventKind.OTHER, ReaderEventKind.OUTPUT_REFUSED)
        self.last_ms = event.at_us // 1000


class Supervisor:
    """Owns one worker per configured reader; ``post`` takes messages to the heart from the workers' threads."""

    def __init__(self, readers: Sequence[ReaderSettings], post: Callable[[Message], None]) -> None:
        self._settings = {reader.name: reader for reader in readers}
        self._post = post
        self._workers: dict[str, ReaderWorker] = {}
        self._hands: dict[str, ThreadPoolExecutor] = {}
        self._lock = threading.Lock()
        self.health = {
            reader.name: ReaderHealth(reader.name, reader.kind, reader.url, gate=bool(reader.gates))
            for reader in readers
        }

    def start(self) -> None:
        """Open every reader in a thread of its own; a reader that can't be made says why and keeps nobody waiting."""
        for name in self._settings:
            self._start(name)

    def stop(self, timeout: float = STOP_TIMEOUT_S) -> None:
        """Stop all workers, waiting ``timeout`` seconds for all together; who still hangs then is said and left."""
        with self._lock:
            workers = dict(self._workers)
            self._workers.clear()
            hands = list(self._hands.values())
            self._hands.clear()
        stops = {
            name: threading.Thread(target=worker.stop, args=(timeout,), name=f"stop-{name}", daemon=True)
            for name, worker in workers.items()
        }
        for stop in stops.values():
            stop.start()
        deadline = time.monotonic() + timeout
        for name, stop in stops.items():
            stop.join(max(0.0, deadline - time.monotonic()))
            if stop.is_alive():
                log.warning("reader doesn't stop", reader=name, waited_s=timeout)
        for hand in hands:
            hand.shutdown(wait=False, cancel_futures=True)

    def command(self, reader: str, command: ReaderCommand) -> bool:
        """Hand a command to a reader without waiting for it; False if there is no such reader.

        What comes of it is posted as ``CommandEnded``.
        """
        if reader not in self._settings:
            log.warning("command for an unknown reader", reader=reader)
            return False
        with self._lock:
            hand = self._hands.get(reader)
            if hand is None:
                hand = self._hands[reader] = ThreadPoolExecutor(1, thread_name_prefix=f"command-{reader}")
            hand.submit(self._obey, reader, command)
        return True

    def _obey(self, reader: str, command: ReaderCommand) -> None:
        worker = self._workers.get(reader)
        if worker is None:
            self._post(CommandEnded(reader, command, self.health[reader].reason or "it isn't started"))
            return
        try:
            error = worker.command(command)
        except Exception as fault:
            # a fault of a driver must be told as any other failure: somebody relies on the siren
            log.exception("fault in a reader's driver", reader=reader, command=repr(command))
            self._post(CommandEnded(reader, command, f"fault in the driver: {fault!r}"))
            return
        self._post(CommandEnded(reader, command, str(error or ""), isinstance(error, Disconnected)))

    def doorway(self, reader: str) -> Doorway | None:
        """The reader of this name, if it is one that posts to the agent."""
        worker = self._workers.get(reader)
        device = None if worker is None else worker.device
        return device if isinstance(device, Doorway) else None

    def clock_offset_us(self, reader: str) -> int | None:
        """What a reader's driver adds to its time to get ours; None where readers send no time of their own."""
        worker = self._workers.get(reader)
        return getattr(worker.device, "clock_offset_us", None) if worker is not None else None

    def _start(self, name: str) -> None:
        wanted = self._settings[name]
        try:
            reader = open_reader(wanted.kind, wanted.name, wanted.url, **_options(wanted))
        except DeviceError as error:
            self.health[name].state, self.health[name].reason = "refused", str(error)
            log.error("reader can't be used", reader=name, reason=str(error))
            return
        self.health[name].counted_by(reader)
        worker = ReaderWorker(reader, lambda news: self._deliver(name, news))
        with self._lock:
            self._workers[name] = worker
        worker.start()

    def _deliver(self, name: str, news: TagReads | ReaderEvent | Lost | Back) -> None:
        health = self.health[name]
        match news:
            case TagReads():
                health.saw(news)
                self._post(ReadsArrived(news))
            case ReaderEvent():
                health.heard(news)
                if health.state in ("starting", "lost"):
                    health.state, health.reason = "connected", ""
                self._post(ReaderSpoke(news))
            case Lost():
                self._lost(name, health, news.reason)
            case Back():
                health.state, health.reason = "connected", ""
                log.info("reader is back", reader=name)
                self._post(ReaderBack(name))

    def _lost(self, name: str, health: ReaderHealth, reason: str) -> None:
        health.losses += 1
        health.state, health.reason = "lost", reason
        log.warning("reader is lost", reader=name, reason=reason)
        self._post(ReaderLost(name, reason))


def _options(reader: ReaderSettings) -> dict[str, object]:
    """The settings' own, and what suits the reader's work and the antennas that the plan has for it.

    A gate over LLRP is asked for phases too, which tell the way that somebody goes. A ceiling has time: forty of them
    would wake the agent hundreds of times a second for news that nobody waits for.
    """
    ports = sorted({antenna.port for antenna in reader.antennas})
    if not ports or reader.kind not in _PLANNED:
        return dict(reader.options)
    work = (_GATE if reader.gates else _CEILING) if reader.kind == "llrp" else {}
    return {_PLANNED[reader.kind]: ports, **work, **reader.options}
