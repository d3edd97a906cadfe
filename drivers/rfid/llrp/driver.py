"""The LLRP reader driver: opens a reader, watches the link, turns reports into batches, notifications into events."""

import contextlib
import threading
import time
from collections import deque
from typing import Final

import structlog

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import DeviceError, Disconnected, Garbled, Rejected
from drivers.ports import Port, open_port
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.llrp import configure, messages, opening, vendor
from drivers.rfid.llrp.capabilities import Capabilities, capabilities_of
from drivers.rfid.llrp.clock import ClockWatch
from drivers.rfid.llrp.codec import Frame, Framer, Message, decode_frame, unknown_within
from drivers.rfid.llrp.counters import LlrpCounters
from drivers.rfid.llrp.events import event_data, reader_events, reader_time, temperature
from drivers.rfid.llrp.opening import NEWEST
from drivers.rfid.llrp.reports import ReportReader
from drivers.rfid.llrp.settings import DEFAULT_PORT, TLS_PORT, LlrpSettings
from drivers.rfid.llrp.status import refusal
from drivers.rfid.llrp.talk import Talk
from drivers.rfid.outputs import Outputs
from drivers.rfid.readings import Batches, NowUs, system_now_us

log = structlog.get_logger(__name__)

SETTLED_S: Final = 5.0
"""after this time a connection's events happen now: what the reader had held has come"""
CLOSING_S: Final = 0.5
"""how long closing waits until the reader has taken the end of a pulse"""
READS_A_BATCH: Final = 10_000
FLOOD: Final = 32_768
"""bytes at once after which a reader that rests looks for more without a rest"""
_UNANSWERED: Final = 64  # output messages of which an answer may still come
_SILENCES: Final = 3  # keepalives that may be missed


class LlrpReader:
    """A fixed reader on LLRP 1.0.1 or 1.1. ``command`` may be called from any thread; everything else from one."""

    def __init__(
        self, name: str, port: Port, settings: LlrpSettings | None = None, *, now_us: NowUs = system_now_us
    ) -> None:
        self.name = name
        self.capabilities = Capabilities()
        self._settings = settings or LlrpSettings()
        self._now_us = now_us
        self._batches = Batches(name, now_us)
        self._reports = ReportReader()
        self._clock = ClockWatch(name, self._reports)
        self._garbage = GarbageWatch(name)
        self._talk = Talk(name, port, self._take, self._garbled)
        self._outputs = Outputs(self._drive, reader=name)
        self._driven: dict[int, int] = {}  # message -> the output that it drives, until it is answered
        self._ready: deque[TagReads | ReaderEvent] = deque()
        self._inventory = True
        self._unknown = 0
        self._overflowed = 0
        self._told = 0  # faults of reports that have been counted as garbled
        self._asked = 0.0
        self._rests_until = 0.0
        self._closed = threading.Event()
        self._settled = 0.0
        self._next_temperature = float("inf")

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "LlrpReader":
        """``tcp://host[:5084]`` or ``tls://host[:5085]``; ``options`` are those of LlrpSettings."""
        default_port = TLS_PORT if url.startswith("tls:") else DEFAULT_PORT
        return cls(name, open_port(url, default_port=default_port), LlrpSettings.of(options), now_us=now_us)

    @property
    def clock_offset_us(self) -> int:
        """What is added to the reader's UTC to get ours."""
        return self._reports.utc_offset_us

    @property
    def version(self) -> str:
        """The version of LLRP that is spoken."""
        return "1.1" if self._talk.version == NEWEST else "1.0.1"

    @property
    def dropped(self) -> int:
        """Bytes, tag reports and messages that were thrown away because they made no sense."""
        return self._garbage.dropped

    @property
    def counters(self) -> LlrpCounters:
        """What couldn't be read or was lost, for the status page."""
        unknown = self._unknown + self._reports.faults.unknown
        return LlrpCounters(self._garbage.dropped, self._overflowed, unknown, self._clock.jumps)

    # -- opening -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Connect and start reading; Busy if another client holds the reader, Rejected if it can't do our settings."""
        self._closed.clear()
        self._talk.open()
        try:
            self._asked = time.monotonic()
            self._settled = float("inf")
            opening.await_connection(
                self._talk, self._take, lambda at_us, is_utc: self._clock.set(at_us, is_utc, self._now_us())
            )
            if self._settings.llrp == "1.1":
                opening.negotiate(self._talk)
            self._know_reader()
            self._tell_antennas()
            opening.start(self._talk, self.capabilities, self._settings, inventory=self._inventory)
            self._outputs.renew(time.monotonic())
        except DeviceError:
            self._talk.close()
            raise
        self._settled = time.monotonic() + SETTLED_S
        text = f"{self.capabilities.vendor}/{self.capabilities.model} {self.capabilities.firmware}"
        connected = self._batches.event(ReaderEventKind.CONNECTED, value=self.capabilities.antennas, text=text)
        self._ready.appendleft(connected)

    def _know_reader(self) -> None:
        self.capabilities = capabilities_of(self._talk.ask(configure.get_capabilities()))
        configure.check(self.capabilities, self._settings, self.name)
        self._reports.channels_khz = self.capabilities.channels_khz
        self._next_temperature = float("inf")
        if self.capabilities.vendor == vendor.IMPINJ and (self._settings.extras or self._settings.temperature_s):
            refused = refusal(self._talk.ask_frankly(vendor.enable_impinj_extensions()))
            if refused:
                log.warning("reader.extensions_refused", reader=self.name, why=refused)
            elif self._settings.temperature_s:
                self._next_temperature = time.monotonic()

    def _tell_antennas(self) -> None:
        """Antennas that should be there and are off; those that come off later tell it themselves."""
        wanted = {antenna for antenna in (*self._settings.antennas, *self._settings.planned) if antenna}
        if not wanted:
            return
        found = self._talk.ask_frankly(configure.get_antennas()).all("AntennaProperties")
        there = {one.number("AntennaID") for one in found if one.number("AntennaConnected")}
        for antenna in sorted(wanted - there) if found else ():  # a reader may refuse to tell
            self._ready.append(self._batches.event(ReaderEventKind.ANTENNA_LOST, antenna))

    # -- reading -----------------------------------------------------------------------------------------------------

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the link or reader is gone."""
        deadline = time.monotonic() + timeout
        while not self._ready:
            now = self._rested(deadline)
            self._do_due(now)
            wait = min(deadline, self._next_due()) - now
            frames = self._talk.receive(max(wait, 0.0))
            if frames:
                if self._settings.rest_ms and sum(len(frame.body) for frame in frames) < FLOOD:
                    self._rests_until = now + self._settings.rest_ms / 1000
                self._take(frames)
            else:
                self._watch(time.monotonic())
            if not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _rested(self, deadline: float) -> float:
        """Sleep for what is left of a rest, but not beyond what is due; the time then."""
        now = time.monotonic()
        left = min(self._rests_until, deadline, self._next_due()) - now
        if left > 0:
            self._closed.wait(left)
            now = time.monotonic()
        return now

    def _next_due(self) -> float:
        due = min(self._outputs.next_due, self._next_temperature)
        if self._inventory and self._settings.report_every_ms:
            due = min(due, self._asked + self._settings.report_every_ms / 1000)
        return due

    def _watch(self, now: float) -> None:
        """Nothing has come just now: since when? Asked only then, for what waits unread is no silence."""
        silence = _SILENCES * self._settings.keepalive_ms / 1000
        silent = now - self._talk.heard
        if silence and silent > silence:
            raise Disconnected(f"{self.name}: silent for {silent:.1f} s, no keepalive; the link is dead")

    def _do_due(self, now: float) -> None:
        self._outputs.fall(now)
        cadence = self._settings.report_every_ms / 1000
        if self._inventory and cadence and now - self._asked >= cadence:
            self._asked = now
            self._send(Message("GET_REPORT"))
        if now >= self._next_temperature:
            self._next_temperature = now + self._settings.temperature_s
            self._send(vendor.ask_temperature())

    def _take(self, frames: list[Frame]) -> None:
        """Handle frames; the reports of one gulp become one batch, even if the link ends behind them."""
        reads: list[Read] = []
        extras: dict[int, Extra] = {}
        try:
            for frame in frames:
                if frame.type != messages.RO_ACCESS_REPORT:
                    self._handle(frame)
                    continue
                self._asked = self._talk.heard
                reads = self._report(frame, reads, extras)
                for swallowed in self._faults(frame):
                    if swallowed.type == messages.RO_ACCESS_REPORT:
                        reads = self._report(swallowed, reads, extras)
                    else:
                        self._handle(swallowed)
        finally:
            if reads:
                self._garbage.good()
                self._clock.check(reads, self._now_us())
                self._deliver(reads, extras)

    def _report(self, frame: Frame, reads: list[Read], extras: dict[int, Extra]) -> list[Read]:
        more, more_extras = self._reports.decode(frame.body, self._now_us())
        if more_extras:
            extras.update({len(reads) + index: extra for index, extra in more_extras.items()})
        return reads + more if reads else more

    def _deliver(self, reads: list[Read], extras: dict[int, Extra]) -> None:
        """One batch, or several where a reader has sent megabytes at once."""
        if len(reads) <= READS_A_BATCH:
            self._ready.append(self._batches.reads(reads, extras))
            return
        parts: dict[int, dict[int, Extra]] = {}
        for index, extra in extras.items():
            parts.setdefault(index // READS_A_BATCH, {})[index % READS_A_BATCH] = extra
        for number, start in enumerate(range(0, len(reads), READS_A_BATCH)):
            self._ready.append(self._batches.reads(reads[start : start + READS_A_BATCH], parts.get(number)))

    def _faults(self, frame: Frame) -> list[Frame]:
        """Tell what a report held that couldn't be read; gives back the messages that its length had swallowed."""
        faults = self._reports.faults
        dropped = faults.records + faults.bytes
        if dropped == self._told:
            return []
        self._garbled(faults.reason, dropped - self._told)
        self._told = dropped
        return Framer().feed(frame.body)

    def _handle(self, frame: Frame) -> None:
        """Everything but reports and the answers that somebody waits for."""
        try:
            message = decode_frame(frame)
            self._unknown += unknown_within(message.params)
            self._heed(frame, message)
        except Garbled as error:
            self._garbled(str(error))
        else:
            self._garbage.good()

    def _heed(self, frame: Frame, message: Message) -> None:
        if frame.type == messages.KEEPALIVE:
            self._send(Message("KEEPALIVE_ACK"), ident=frame.id)
            self._ready.append(self._batches.event(ReaderEventKind.HEARTBEAT))
        elif frame.type == messages.READER_EVENT_NOTIFICATION:
            self._notified(message)
        elif refusal(message):
            self._refused(frame, message)
        elif message.name == "SET_READER_CONFIG_RESPONSE":
            self._driven.pop(frame.id, None)
        elif (degrees := temperature(message)) is not None:
            self._ready.append(self._batches.event(ReaderEventKind.TEMPERATURE, value=degrees))

    def _refused(self, frame: Frame, message: Message) -> None:
        if message.name == "GET_READER_CONFIG_RESPONSE":  # no temperature to be had from this one
            self._next_temperature = float("inf")
        log.warning("reader.refused", reader=self.name, message=message.name, why=refusal(message))
        output = self._driven.pop(frame.id, 0)
        # nothing but outputs is configured once reading has begun
        is_output = output or message.name == "SET_READER_CONFIG_RESPONSE"
        kind = ReaderEventKind.OUTPUT_REFUSED if is_output else ReaderEventKind.OTHER
        self._ready.append(self._batches.event(kind, port=output, text=f"{message.name}: {refusal(message)}"))

    def _notified(self, message: Message) -> None:
        data = event_data(message)
        if data.first("ConnectionCloseEvent") is not None:
            raise Disconnected(f"{self.name}: the reader closes the connection")
        stamp = reader_time(data)
        at_us = self._now_us()
        if stamp is not None:
            live = time.monotonic() >= self._settled
            at_us = self._clock.event_us(*stamp, at_us, live=live)
        events = reader_events(data, self.name, at_us)
        self._overflowed += sum(event.kind is ReaderEventKind.OVERFLOW for event in events)
        self._ready.extend(events)

    def _garbled(self, reason: str, count: int = 1) -> None:
        if self._garbage.bad(reason, count):
            self._ready.append(self._batches.event(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason))

    # -- commands ----------------------------------------------------------------------------------------------------

    def _send(self, message: Message, *, ident: int | None = None) -> None:
        self._talk.send(message, ident=ident)

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
                self._send(configure.rospec_message("START_ROSPEC"))
            case StopInventory():
                self._inventory = False
                self._send(configure.rospec_message("STOP_ROSPEC"))

    def _drive(self, output: int, on: bool) -> None:
        if len(self._driven) >= _UNANSWERED:
            self._driven.clear()
        self._driven[self._talk.send(configure.write_gpo(output, on))] = output

    def _set_gpo(self, command: SetGpo) -> None:
        if self.capabilities.gpos and not 1 <= command.port <= self.capabilities.gpos:
            raise Rejected(f"{self.name}: no output {command.port}; the reader has {self.capabilities.gpos}")
        self._outputs.set(command)

    def close(self) -> None:
        """Idempotent and quick; pulses end, the reader goes on and holds its reports."""
        self._closed.set()
        self._outputs.end(self._end_pulse)
        with contextlib.suppress(DeviceError):
            self._send(Message("CLOSE_CONNECTION"))
        self._talk.close()

    def _end_pulse(self, output: int, on: bool) -> None:
        """Waits for the answer: a connection that is closed with reports unread takes with it what was sent last."""
        self._talk.ask(configure.write_gpo(output, on), CLOSING_S)
