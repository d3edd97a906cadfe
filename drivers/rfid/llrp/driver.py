"""The LLRP reader driver: connects, configures from capabilities, watches the link, turns reports into batches.

After a lost link the reader goes on and holds its reports; if its ROSpec is still ours, we only tell it to let them go
(ENABLE_EVENTS_AND_REPORTS), else it is configured anew.
"""

import contextlib
import threading
import time
from collections import deque
from dataclasses import replace
from typing import Final

import structlog

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Busy, DeviceError, Disconnected, Garbled, Rejected
from drivers.ports import Port, open_port
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.llrp import configure, messages, vendor
from drivers.rfid.llrp.capabilities import Capabilities, capabilities_of
from drivers.rfid.llrp.codec import Frame, Framer, Message, Param, decode_frame, encode_message
from drivers.rfid.llrp.events import event_data, reader_events, reader_time
from drivers.rfid.llrp.reports import ReportReader
from drivers.rfid.llrp.settings import DEFAULT_PORT, LlrpSettings
from drivers.rfid.llrp.status import expect_success, refusal
from drivers.rfid.readings import Batches, NowUs, system_now_us

log = structlog.get_logger(__name__)

ANSWER_S: Final = 5.0
CLOCK_JUMP_US: Final = 1_000_000
_SILENCES: Final = 3  # keepalives that may be missed
_STATUS_NAMES: Final = {1: "another client is connected", 2: "another client is connected"}


class LlrpReader:
    """A fixed reader on LLRP 1.0.1. ``command`` may be called from any thread; everything else from one."""

    def __init__(
        self, name: str, port: Port, settings: LlrpSettings | None = None, *, now_us: NowUs = system_now_us
    ) -> None:
        self.name = name
        self.capabilities = Capabilities()
        self._port = port
        self._settings = settings or LlrpSettings()
        self._now_us = now_us
        self._batches = Batches(name, now_us)
        self._reports = ReportReader()
        self._framer = Framer()
        self._garbage = GarbageWatch(name)
        self._ready: deque[TagReads | ReaderEvent] = deque()
        self._inventory = True
        self._ids = 0
        self._send_lock = threading.Lock()
        self._heard = 0.0
        self._asked = 0.0
        self._falls: list[tuple[float, SetGpo]] = []  # outputs that fall back by themselves

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "LlrpReader":
        """``tcp://host[:5084]`` or ``tls://host:5085``; ``options`` are those of LlrpSettings."""
        return cls(name, open_port(url, default_port=DEFAULT_PORT), LlrpSettings.of(options), now_us=now_us)

    @property
    def clock_offset_us(self) -> int:
        """What is added to the reader's UTC to get ours."""
        return self._reports.utc_offset_us

    # -- opening -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Connect and start reading; Busy if another client holds the reader, Rejected if it refuses our settings."""
        self._ready.clear()
        self._framer = Framer()
        self._port.open()
        try:
            self._heard = self._asked = time.monotonic()
            self._await_connection()
            self.capabilities = capabilities_of(self._ask(configure.get_capabilities()))
            self._reports.channels_khz = self.capabilities.channels_khz
            if self._settings.extras and self.capabilities.vendor == vendor.IMPINJ:
                self._ask(vendor.enable_impinj_extensions())
            self._start()
        except DeviceError:
            self._port.close()
            raise
        text = f"{self.capabilities.vendor}/{self.capabilities.model} {self.capabilities.firmware}"
        connected = self._batches.event(ReaderEventKind.CONNECTED, value=self.capabilities.antennas, text=text)
        self._ready.appendleft(connected)

    def _await_connection(self) -> None:
        """A reader's first word is whether it takes us."""
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            for frame in self._receive(deadline - time.monotonic()):
                if frame.type != messages.READER_EVENT_NOTIFICATION:
                    self._handle(frame)
                    continue
                data = event_data(decode_frame(frame))
                attempt = data.first("ConnectionAttemptEvent")
                if attempt is None:
                    continue
                status = attempt.number("Status")
                if status:
                    raise Busy(f"{self.name}: the reader refuses us: {_STATUS_NAMES.get(status, f'status {status}')}")
                self._set_clock(data)
                return
        raise Disconnected(
            f"{self.name}: connected, but no word of LLRP within {ANSWER_S:g} s; is this the right port?"
        )

    def _set_clock(self, data: Param) -> None:
        stamp = reader_time(data)
        if stamp is None:
            return
        at_us, is_utc = stamp
        offset = self._now_us() - at_us
        if is_utc:
            self._reports.utc_offset_us = offset
        else:
            self._reports.uptime_offset_us = offset

    def _start(self) -> None:
        ours = configure.rospec(self.capabilities, self._settings)
        existing = next(
            (p for p in self._ask(Message("GET_ROSPECS")).all("ROSpec") if configure.same_rospec(ours, p)), None
        )
        if existing is not None and existing.number("CurrentState"):
            # it went on without us: let what it held go
            self._send(Message("ENABLE_EVENTS_AND_REPORTS"))
            self._ask(configure.reader_config(self.capabilities, self._settings))
            running = existing.number("CurrentState") == 2
            if running != self._inventory:
                self._ask(self._rospec_message("START_ROSPEC" if self._inventory else "STOP_ROSPEC"))
            return
        self._send(Message("ENABLE_EVENTS_AND_REPORTS"))
        self._ask(self._rospec_message("DELETE_ROSPEC", 0))
        self._ask(configure.reader_config(self.capabilities, self._settings))
        self._add_rospec(ours)
        self._ask(self._rospec_message("ENABLE_ROSPEC"))
        if self._inventory:
            self._ask(self._rospec_message("START_ROSPEC"))

    def _add_rospec(self, ours: Param) -> None:
        """Some firmware refuses its own maker's extras: better to read without them than not at all."""
        try:
            self._ask(Message("ADD_ROSPEC", {}, [ours]))
        except Rejected as error:
            if not self._settings.extras:
                raise
            log.warning("reader.extras_refused", reader=self.name, why=str(error))
            plain = configure.rospec(self.capabilities, replace(self._settings, extras=False))
            self._ask(Message("ADD_ROSPEC", {}, [plain]))

    @staticmethod
    def _rospec_message(name: str, rospec: int = configure.ROSPEC_ID) -> Message:
        return Message(name, {"ROSpecID": rospec})

    # -- reading -----------------------------------------------------------------------------------------------------

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the link or reader is gone."""
        deadline = time.monotonic() + timeout
        while not self._ready:
            now = time.monotonic()
            self._do_due(now)
            wait = min(deadline, self._next_due()) - now
            self._take(self._receive(max(wait, 0.0)))
            if not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _next_due(self) -> float:
        due = [at for at, _ in self._falls]
        if self._inventory and self._settings.report_every_ms:
            due.append(self._asked + self._settings.report_every_ms / 1000)
        return min(due, default=float("inf"))

    def _do_due(self, now: float) -> None:
        silence = _SILENCES * self._settings.keepalive_ms / 1000
        if silence and now - self._heard > silence:
            raise Disconnected(f"{self.name}: silent for {now - self._heard:.1f} s, no keepalive; the link is dead")
        for fall in [fall for fall in list(self._falls) if fall[0] <= now]:
            self._send(configure.write_gpo(fall[1].port, fall[1].on))
            self._falls.remove(fall)
        cadence = self._settings.report_every_ms / 1000
        if self._inventory and cadence and now - self._asked >= cadence:
            self._asked = now
            self._send(Message("GET_REPORT"))

    def _receive(self, timeout: float) -> list[Frame]:
        data = self._port.read(timeout)
        if not data:
            return []
        skipped = self._framer.skipped
        frames = self._framer.feed(data)
        if self._framer.skipped > skipped:
            self._garbled("bytes that are no LLRP message", self._framer.skipped - skipped)
        if frames:
            self._heard = time.monotonic()
        return frames

    def _take(self, frames: list[Frame]) -> None:
        """Handle frames; the reports of one gulp become one batch."""
        reads: list[Read] = []
        extras: dict[int, Extra] = {}
        for frame in frames:
            if frame.type != messages.RO_ACCESS_REPORT:
                self._handle(frame)
                continue
            self._asked = self._heard
            try:
                more, more_extras = self._reports.decode(frame.body, self._now_us())
            except Garbled as error:
                self._garbled(str(error))
                continue
            if more_extras:
                extras.update({len(reads) + index: extra for index, extra in more_extras.items()})
            reads = reads + more if reads else more
        if reads:
            self._garbage.good()
            self._check_clock(reads)
            self._ready.append(self._batches.reads(reads, extras))

    def _check_clock(self, reads: list[Read]) -> None:
        """A read can't come from the future: the reader's clock has jumped."""
        ahead = reads[-1][3] - self._now_us()
        if ahead > CLOCK_JUMP_US:
            log.warning("reader.clock_jumped", reader=self.name, ahead_us=ahead)
            self._reports.utc_offset_us -= ahead
            self._reports.uptime_offset_us -= ahead
            reads[:] = [(epc, antenna, rssi, at - ahead, seen) for epc, antenna, rssi, at, seen in reads]

    def _handle(self, frame: Frame) -> None:
        """Everything but reports and the answers that somebody waits for."""
        try:
            message = decode_frame(frame)
        except Garbled as error:
            self._garbled(str(error))
            return
        if frame.type == messages.KEEPALIVE:
            self._send(Message("KEEPALIVE_ACK"), ident=frame.id)
            self._ready.append(self._batches.event(ReaderEventKind.HEARTBEAT))
        elif frame.type == messages.READER_EVENT_NOTIFICATION:
            self._notified(message)
        elif refusal(message):
            log.warning("reader.refused", reader=self.name, message=message.name, why=refusal(message))
            self._ready.append(self._batches.event(ReaderEventKind.OTHER, text=f"{message.name}: {refusal(message)}"))
        self._garbage.good()

    def _notified(self, message: Message) -> None:
        data = event_data(message)
        if data.first("ConnectionCloseEvent") is not None:
            raise Disconnected(f"{self.name}: the reader closes the connection")
        stamp = reader_time(data)
        at_us = self._now_us()
        if stamp is not None:
            offset = self._reports.utc_offset_us if stamp[1] else self._reports.uptime_offset_us
            at_us = stamp[0] + offset
        self._ready.extend(reader_events(data, self.name, at_us))

    def _garbled(self, reason: str, count: int = 1) -> None:
        if self._garbage.bad(reason, count):
            self._ready.append(self._batches.event(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason))

    # -- sending -----------------------------------------------------------------------------------------------------

    def _send(self, message: Message, *, ident: int | None = None) -> int:
        with self._send_lock:
            if ident is None:
                self._ids = self._ids % 0xFFFF_FFFF + 1
                ident = self._ids
            message.id = ident
            self._port.write(encode_message(message))
        return ident

    def _ask(self, message: Message) -> Message:
        """Send and wait for the answer; Rejected if the reader refuses. Reports that come between are kept."""
        ident = self._send(message)
        deadline = time.monotonic() + ANSWER_S
        while (left := deadline - time.monotonic()) > 0:
            frames = self._receive(left)
            for place, frame in enumerate(frames):
                is_answer = frame.id == ident and frame.type not in (
                    messages.RO_ACCESS_REPORT,
                    messages.READER_EVENT_NOTIFICATION,
                    messages.KEEPALIVE,
                )
                if is_answer:
                    self._take(frames[place + 1 :])
                    return expect_success(decode_frame(frame), self.name)
                self._take([frame])
        raise Disconnected(f"{self.name}: no answer to {message.name} within {ANSWER_S:g} s")

    def command(self, command: ReaderCommand) -> None:
        """Sent at once, answered later: a refusal arrives as an event. Disconnected if there is no link."""
        match command:
            case SetGpo():
                self._set_gpo(command)
            case Identify(seconds):
                if not self._settings.identify_gpo:
                    raise Rejected(f"{self.name}: LLRP has no lamp of its own; name one with identify_gpo")
                self._set_gpo(SetGpo(self._settings.identify_gpo, True, seconds * 1000))
            case StartInventory():
                self._inventory = True
                self._send(self._rospec_message("START_ROSPEC"))
            case StopInventory():
                self._inventory = False
                self._send(self._rospec_message("STOP_ROSPEC"))

    def _set_gpo(self, command: SetGpo) -> None:
        if self.capabilities.gpos and not 1 <= command.port <= self.capabilities.gpos:
            raise Rejected(f"{self.name}: no output {command.port}; the reader has {self.capabilities.gpos}")
        self._send(configure.write_gpo(command.port, command.on))
        if command.pulse_ms:
            at = time.monotonic() + command.pulse_ms / 1000
            self._falls.append((at, SetGpo(command.port, not command.on)))

    def close(self) -> None:
        """Idempotent and quick; the reader goes on and holds its reports."""
        with contextlib.suppress(DeviceError):
            self._send(Message("CLOSE_CONNECTION"))
        self._port.close()
