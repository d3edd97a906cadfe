"""A reader on LLRP that stands on a TCP or TLS port: answers configuration, reads what is in its field, misbehaves."""

import contextlib
import socket
import ssl
import threading
import time
from typing import Final

import structlog

from drivers.errors import DeviceError
from drivers.ports.tcp_port import TcpPort
from drivers.rfid.llrp import messages
from drivers.rfid.llrp.codec import Framer, Message, Param, decode_frame, encode_message, whole_frame
from drivers.rfid.llrp.device import LlrpDevice, Model
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.field import TagField, TwinFace

log = structlog.get_logger(__name__)

TICK_S: Final = 0.01
_CLIENT_EXISTS: Final = 2
_ANOTHER_TRIED: Final = 4
_HANDSHAKE_S: Final = 1.0
_PATIENCE_S: Final = 30.0


class LlrpTwin(TwinFace):
    """``rate`` reads per tag and second. ``port`` is chosen at ``start`` if 0; ``url`` is for the driver.

    ``silent`` makes it swallow everything, keepalives too; ``clock_error_us`` sets its clock wrong, at any time;
    ``celsius`` is its temperature. ``tls`` is the server's side of TLS, with its certificate.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        model: Model | None = None,
        rate: float = 20.0,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
        clock_error_us: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.host = host
        self.port = port
        self.silent = False
        self.clock_error_us = clock_error_us
        self.received: list[Message] = []
        """All messages that the driver sent, but acknowledgements and GET_REPORT."""
        self._now_us = now_us
        self._tls = tls
        self._device = LlrpDevice(model or Model(), self._reader_us, self._write_gpo)
        self._lock = threading.RLock()
        self._link: TcpPort | None = None
        self._server: socket.socket | None = None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last_frame = b""
        self._next_keepalive = 0.0

    @property
    def url(self) -> str:
        """Where the driver finds it."""
        return f"{'tls' if self._tls else 'tcp'}://{self.host}:{self.port}"

    @property
    def connected(self) -> bool:
        """Whether a client is there."""
        return self._link is not None

    @property
    def inventorying(self) -> bool:
        """Whether an ROSpec runs."""
        return self._device.memory.active() is not None

    @property
    def celsius(self) -> int:
        """Its temperature."""
        return self._device.celsius

    @celsius.setter
    def celsius(self, degrees: int) -> None:
        self._device.celsius = degrees

    def _reader_us(self) -> int:
        return self._now_us() + self.clock_error_us

    def start(self) -> None:
        """Listen; ``port`` tells where."""
        self._stopping.clear()
        self._server = socket.create_server((self.host, self.port))
        self._server.settimeout(0.1)
        self.port = self._server.getsockname()[1]
        first = (
            threading.Thread(target=self._accept, name=f"llrp-twin-{self.port}", daemon=True),
            threading.Thread(target=self._inventory, name=f"llrp-twin-{self.port}-radio", daemon=True),
        )
        self._threads = list(first)  # grows as soon as somebody connects, which may be at once
        for thread in first:
            thread.start()

    def stop(self) -> None:
        """Gone from the network, as when the plug is pulled; forgets its configuration."""
        self._stopping.set()
        self.drop_link()
        for thread in self._threads:
            thread.join(5.0)
        if self._server is not None:
            self._server.close()
        self._device = LlrpDevice(self._device.model, self._reader_us, self._write_gpo)

    def drop_link(self) -> None:
        """The connection breaks; the reader goes on reading."""
        with self._lock:
            link, self._link = self._link, None
            if link is not None:
                link.close()

    def send_garbage(self, data: bytes) -> None:
        """Bytes that no reader should send; returns when all are written, which takes a reader on the other side."""
        with self._lock:
            if self._link is not None:
                self._link.write(data, _PATIENCE_S)

    def send_half_frame(self) -> None:
        """The first half of a report, then nothing more of it."""
        whole = encode_message(self._report_of([SeenTag(bytes(12))], self._reader_us()))
        self.send_garbage(whole[: len(whole) // 2])

    def report(self, tags: list[SeenTag], at_us: int) -> None:
        """One report of its own, with times as given: a late burst after an outage."""
        self._post(self._report_of(tags, at_us + self.clock_error_us))

    def flood(self, tags: list[SeenTag], reports: int) -> None:
        """So many reports of these tags as fast as the line takes them; returns when the last is written."""
        whole = encode_message(self._report_of(tags, self._reader_us()))
        for _ in range(reports):
            self.send_garbage(whole)

    def set_gpi(self, port: int, on: bool) -> None:
        """An input changes."""
        if port in self._device.memory.gpis_on:
            self._post(self._device.event(Param("GPIEvent", {"GPIPortNumber": port, "GPIEvent": int(on)})))

    def set_antenna(self, antenna: int, connected: bool) -> None:
        """An antenna appears or goes."""
        (self._device.unplugged.discard if connected else self._device.unplugged.add)(antenna)
        self._post(self._device.event(Param("AntennaEvent", {"EventType": int(connected), "AntennaID": antenna})))

    def _report_of(self, tags: list[SeenTag], at_us: int) -> Message:
        memory = self._device.memory
        with self._lock:
            waiting, memory.waiting = memory.waiting, {}
            for tag in tags:
                memory.see(tag, at_us)
            report = memory.take_report(len(tags), self._device.model.vendor)
            memory.waiting = waiting
        return report

    # -- the device's life -------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        server = self._server
        assert server is not None
        while not self._stopping.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                self._forget_dead_link()
                continue
            port = self._port_on(connection)
            if port is None:
                continue
            if not self._link_is_free():
                self._refuse(port)
                continue
            thread = threading.Thread(target=self._serve, args=(port,), name=f"llrp-twin-{self.port}-link", daemon=True)
            self._threads.append(thread)
            with self._lock:
                self._link = port
                self._next_keepalive = time.monotonic() + 1.0
                self._write(self._device.connected())
            thread.start()

    def _port_on(self, connection: socket.socket) -> TcpPort | None:
        """With TLS if this reader has it; None for a client that doesn't come to terms."""
        if self._tls is None:
            return TcpPort.accepted(connection)
        connection.settimeout(_HANDSHAKE_S)
        try:
            connection = self._tls.wrap_socket(connection, server_side=True)
            return TcpPort.accepted(connection)
        except OSError as error:  # ssl.SSLError is one
            log.debug("twin.no_tls", reason=str(error))
            connection.close()
            return None

    def _forget_dead_link(self) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]

    def _link_is_free(self) -> bool:
        """A client that has just gone may still be on its way out."""
        deadline = time.monotonic() + 0.3
        while self._link is not None and time.monotonic() < deadline:
            self._stopping.wait(TICK_S)
        return self._link is None

    def _refuse(self, port: TcpPort) -> None:
        attempt = Param("ConnectionAttemptEvent", {"Status": _CLIENT_EXISTS})
        with contextlib.suppress(DeviceError):
            port.write(encode_message(self._device.event(attempt)))
        port.close()
        self._post(self._device.event(Param("ConnectionAttemptEvent", {"Status": _ANOTHER_TRIED})))

    def _serve(self, port: TcpPort) -> None:
        framer = Framer()
        try:
            while self._link is port and not self._stopping.is_set():
                for frame in framer.feed(port.read(0.1)):
                    self._last_frame = whole_frame(frame)
                    self._take(decode_frame(frame))
                    if frame.type == messages.CLOSE_CONNECTION:
                        return
        except DeviceError as error:
            log.debug("twin.link_lost", reason=str(error))
        finally:
            with self._lock:
                if self._link is port:
                    self._link = None
            port.close()

    def _take(self, message: Message) -> None:
        if message.name not in ("KEEPALIVE_ACK", "GET_REPORT"):
            self.received.append(message)
        if self.silent:
            return
        with self._lock:
            for answer in self._device.answer(message):
                self._write(answer)

    def _write_gpo(self, port: int, on: bool) -> bool:
        if self.refuses_outputs:
            return False
        self.gpo.append((port, on, self._now_us()))
        self.gpo_frames.append(self._last_frame)
        return True

    def _write(self, message: Message) -> None:
        if self._link is None or self.silent:
            return
        message.version = self._device.version
        with contextlib.suppress(DeviceError):
            self._link.write(encode_message(message))

    def _post(self, message: Message) -> None:
        """Send a report or event now, or hold it."""
        with self._lock:
            if self._link is not None and self._device.releasing and not self.silent:
                self._write(message)
            elif self._device.memory.holds:
                self._device.memory.held.append(message)

    def _inventory(self) -> None:
        while not self._stopping.wait(TICK_S):
            with self._lock:
                self._keep_alive()
                reads = self.field.due_late()
                if self._device.memory.active() is not None:
                    self._read_round(self._device, reads)

    def _keep_alive(self) -> None:
        interval = self._device.memory.keepalive_ms / 1000
        now = time.monotonic()
        if self._link is not None and interval and now >= self._next_keepalive:
            self._next_keepalive = now + interval
            self._write(Message("KEEPALIVE"))

    def _read_round(self, device: LlrpDevice, reads: list[tuple[SeenTag, int]]) -> None:
        antennas = device.memory.antennas(device.model.antennas)
        every = device.memory.report_spec().number("N")
        now_us = self._reader_us()
        for tag, late_us in reads:  # reported as they were made, even if this thread was kept waiting meanwhile
            if tag.antenna in antennas:
                device.memory.see(tag, now_us - late_us)
            while every and len(device.memory.waiting) >= every:
                self._post(device.memory.take_report(every, device.model.vendor))
        if self._link is None and device.memory.waiting and device.memory.holds:
            self._post(device.memory.take_report(len(device.memory.waiting), device.model.vendor))
