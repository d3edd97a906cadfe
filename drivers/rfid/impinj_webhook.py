"""Impinj readers on their IoT device interface as a webhook: the reader POSTs arrays of events to the agent.

Whoever serves the endpoint asks ``admits`` and hands the body to ``offer``, which returns once everything of it has
been delivered: only then may the reader forget it.
"""

import base64
import binascii
import contextlib
import hmac
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import structlog

from drivers.contracts import ReaderCommand
from drivers.errors import Busy, Disconnected, Garbled, NotFound
from drivers.readings import ReaderEvent, TagReads
from drivers.rfid.gathered import Counters, Gatherer
from drivers.rfid.impinj_api import API_OPTIONS, ImpinjApi, checked
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.readings import NowUs, system_now_us

log = structlog.get_logger(__name__)

WAITING: Final = 8
"""bodies that may wait for the device's worker; a reader sends one after the other"""
SILENCE_S: Final = 60.0
LOOK_S: Final = 0.25
FIRST_S: Final = 0.5
"""how long one attempt to open waits for the reader's first body"""


@dataclass(slots=True)
class _Delivery:
    body: bytes
    done: threading.Event = field(default_factory=threading.Event)
    wrong: str = ""
    refused: bool = False
    abandoned: bool = False


class ImpinjWebhookReader:
    """Open once the reader has posted; it counts as lost after ``silence_s`` seconds without a body, even an empty one.

    0 switches that off, for readers that send no empty batches: then it is open from the start.
    """

    def __init__(
        self,
        name: str,
        *,
        token: str = "",
        login: tuple[str, str] | None = None,
        silence_s: float = SILENCE_S,
        now_us: NowUs = system_now_us,
        **api: str | bool,
    ) -> None:
        self.name = name
        self._token = token
        self._login = login
        self._silence_s = silence_s
        self._gatherer = Gatherer(name, ImpinjDialect(), now_us)
        self._api = ImpinjApi(name, self._refused, **api)  # type: ignore[arg-type]  # checked in ``from_url``
        self._waiting: queue.Queue[_Delivery] = queue.Queue(WAITING)
        self._taken: _Delivery | None = None
        self._heard = float("-inf")
        self._listening = False

    @classmethod
    def from_url(
        cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object
    ) -> "ImpinjWebhookReader":
        """``webhook:``; ``token``, or ``hook_user`` and ``hook_password``, is what the reader has to show.

        ``api`` with ``user``, ``password``, ``preset`` and ``verify`` is the way back; ``silence_s`` see above.
        """
        if not url.startswith("webhook:"):
            raise NotFound(f"{url!r}: write webhook: and set the reader to post to the agent")
        hook: dict[str, type | tuple[type, ...]] = {
            "token": str,
            "hook_user": str,
            "hook_password": str,
            "silence_s": (int, float),
        }
        given = checked(name, options, {**API_OPTIONS, **hook})
        user, password = given.pop("hook_user", ""), given.pop("hook_password", "")
        if not given.get("token") and not (user and password):
            raise NotFound(f"{name}: give a token, or hook_user and hook_password: else anybody could post reads")
        return cls(name, login=(user, password) if user and password else None, now_us=now_us, **given)

    @property
    def counters(self) -> Counters:
        """What couldn't be read or was lost, for the status page."""
        return self._gatherer.counters

    @property
    def clock_offset_us(self) -> int | None:
        """What is added to the reader's times to get ours; None if it hasn't told any."""
        return self._gatherer.clock_offset_us

    @property
    def dropped(self) -> int:
        """Messages that made no sense."""
        return self._gatherer.counters.garbled

    def admits(self, authorization: str) -> bool:
        """Whether the value of an ``Authorization`` header is this reader's (RFC 6750 bearer, RFC 7617 basic)."""
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return bool(self._token) and hmac.compare_digest(shown.strip().encode(), self._token.encode())
        if scheme.lower() != "basic" or self._login is None:
            return False
        try:
            decoded = base64.b64decode(shown.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(decoded, ":".join(self._login).encode())

    def offer(self, body: bytes, timeout: float) -> None:
        """Hand a body over, from any thread; returns when all of it is delivered.

        Garbled if it can't be read, Busy if nobody listens, there is no room, or it isn't delivered within ``timeout``
        seconds; its sender keeps it then.
        """
        self._heard = time.monotonic()
        if not self._listening:
            raise Busy(f"{self.name}: not ready yet")
        delivery = _Delivery(body)
        try:
            self._waiting.put_nowait(delivery)
        except queue.Full:
            raise Busy(f"{self.name}: {WAITING} bodies wait already") from None
        if not delivery.done.wait(timeout):
            delivery.abandoned = True
            raise Busy(f"{self.name}: not delivered within {timeout:g} s")
        if delivery.refused:
            raise Busy(f"{self.name}: closed meanwhile")
        if delivery.wrong:
            raise Garbled(delivery.wrong)

    @property
    def heard_lately(self) -> bool:
        """Whether the reader has posted anything within the time after which it counts as lost."""
        return not self._silence_s or time.monotonic() - self._heard <= self._silence_s

    def open(self) -> None:
        """Disconnected while the reader doesn't post."""
        self._gatherer.ready.clear()
        deadline = time.monotonic() + FIRST_S
        while not self.heard_lately:
            if time.monotonic() >= deadline:
                raise Disconnected(f"{self.name}: doesn't post; is its webhook set to this agent?")
            time.sleep(0.01)
        self._listening = True
        self._gatherer.opened()

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected after a long silence."""
        deadline = time.monotonic() + timeout
        ready = self._gatherer.ready
        while not ready:
            self._delivered()
            left = max(deadline - time.monotonic(), 0.0)
            try:
                self._take(self._waiting.get(timeout=min(left, LOOK_S)) if left else self._waiting.get_nowait())
            except queue.Empty:
                self._mind_silence()
                if not ready and time.monotonic() >= deadline:
                    return None
        return ready.popleft()

    def _take(self, delivery: _Delivery) -> None:
        if delivery.abandoned:
            return  # its sender was told so and sends it again
        self._taken = delivery
        try:
            delivery.wrong = self._gatherer.take([("", delivery.body)])
        except Exception as error:
            # a body that nobody can read must be refused: kept by its sender, it would come again for ever
            log.exception("reader.fault", reader=self.name)
            delivery.wrong = f"fault in the driver: {error!r}"
            self._gatherer.garbled(delivery.wrong)

    def _delivered(self) -> None:
        """Everything of the last body has been taken by whoever reads."""
        taken, self._taken = self._taken, None
        if taken is not None:
            taken.done.set()

    def _mind_silence(self) -> None:
        if not self.heard_lately:
            raise Disconnected(f"{self.name}: hasn't posted for {self._silence_s:g} s")

    def _refused(self, why: str, output: int) -> None:
        self._gatherer.refused(why, output)

    def command(self, command: ReaderCommand) -> None:
        """Sent without waiting for the answer; a refusal arrives as an event."""
        self._api.command(command)

    def close(self) -> None:
        """Idempotent and quick; what isn't delivered is refused, its sender keeps it."""
        self._api.close()
        self._listening = False
        taken, self._taken = self._taken, None
        left = [taken] if taken is not None else []
        with contextlib.suppress(queue.Empty):
            while True:
                left.append(self._waiting.get_nowait())
        for delivery in left:
            delivery.refused = True
            delivery.done.set()
