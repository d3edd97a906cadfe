"""What every Impinj twin has beside its way of sending events: REST for outputs and presets, events in their JSON."""

import base64
import contextlib
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from drivers.rfid.readings import NowUs, SeenTag
from drivers.rfid.twins.field import GpoWrite

LOGIN = "Basic " + base64.b64encode(b"root:impinj").decode()


class ImpinjRest:
    """The reader's web server. It keeps its port over a stop and a later start."""

    def __init__(
        self,
        gpo: list[GpoWrite],
        frames: list[bytes],
        set_running: Callable[[bool], None],
        now_us: NowUs,
        stream: Callable[[Callable[[bytes], None]], None] | None = None,
        *,
        refuses_outputs: Callable[[], bool] = lambda: False,
    ) -> None:
        self._refuses_outputs = refuses_outputs
        self._gpo = gpo
        self._frames = frames
        self._set_running = set_running
        self._now_us = now_us
        self._stream = stream
        self._port = 0
        self._http: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The reader's own address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve."""
        rest = self

        class Handler(_RestHandler):
            owner = rest

        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gone."""
        http, self._http = self._http, None
        if http is not None:
            http.shutdown()
            http.server_close()
        if self._thread is not None:
            self._thread.join(5.0)

    def put(self, path: str, body: bytes) -> bool:
        """Outputs; whether there is such a thing."""
        if path != "/api/v1/device/gpos" or self._refuses_outputs():
            return False
        for gpo in json.loads(body)["gpoConfigurations"]:
            self._drive(gpo["gpo"], gpo["state"] == "high", body)
            if gpo.get("control") == "pulsed":
                arguments = (gpo["gpo"], gpo["state"] != "high", b"")
                fall = threading.Timer(gpo["pulseDurationMilliseconds"] / 1000, self._drive, arguments)
                fall.daemon = True
                fall.start()
        return True

    def _drive(self, port: int, on: bool, frame: bytes) -> None:
        self._gpo.append((port, on, self._now_us()))
        self._frames.append(frame)

    def post(self, path: str) -> bool:
        """Start and stop; whether there is such a thing."""
        started = path.startswith("/api/v1/profiles/inventory/presets/") and path.endswith("/start")
        stopped = path == "/api/v1/profiles/stop"
        if started or stopped:
            self._set_running(started)
        return started or stopped

    def get(self, path: str, write: Callable[[bytes], None] | None = None) -> bool:
        """The event stream; without ``write`` whether there is one."""
        if path != "/api/v1/data/stream" or self._stream is None:
            return False
        if write is not None:
            self._stream(write)
        return True


class _RestHandler(BaseHTTPRequestHandler):
    """The part of the reader's REST interface that the drivers use."""

    protocol_version = "HTTP/1.1"
    owner: ImpinjRest

    def do_PUT(self) -> None:
        """Outputs."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer(self._admitted() and self.owner.put(self.path, body))

    def do_POST(self) -> None:
        """Start and stop."""
        self._answer(self._admitted() and self.owner.post(self.path))

    def do_GET(self) -> None:
        """The event stream, chunked, until either side has enough of it."""
        if not self._admitted() or not self.owner.get(self.path):
            self._answer(False)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.owner.get(self.path, self._write_chunk)

    def _write_chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _admitted(self) -> bool:
        return self.headers.get("Authorization") == LOGIN

    def _answer(self, known: bool) -> None:
        self.send_response(204 if known else 404 if self._admitted() else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def tag_event(tag: SeenTag, at_us: int, hostname: str, *, epc_hex: bool = False) -> bytes:
    """A read with the fields that are on by default; the EPC in base64, and in hex only if asked for."""
    what: dict[str, object] = {
        "epc": base64.b64encode(tag.epc).decode(),
        "antennaPort": tag.antenna,
        "peakRssiCdbm": tag.rssi_cdbm,
        "frequency": 866900,
    }
    if epc_hex:
        what["epcHex"] = tag.epc.hex().upper()
    return event("tagInventory", at_us, hostname, tagInventoryEvent=what)


def overflow_event(purged: int, at_us: int, hostname: str) -> bytes:
    """The reader's buffer was too small."""
    return event("overflow", at_us, hostname, overflowEvent={"eventsPurged": purged, "eventsRemaining": 0})


def event(kind: str, at_us: int, hostname: str, **what: object) -> bytes:
    """Any event of the interface."""
    stamp = datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    whole = {"timestamp": stamp, "hostname": hostname, "eventType": kind, **what}
    return json.dumps(whole, separators=(",", ":")).encode()


class Ticker:
    """A thread that does something again and again until stopped."""

    def __init__(self, work: Callable[[], None], every_s: float, name: str) -> None:
        self._work = work
        self._every_s = every_s
        self._name = name
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(due - time.monotonic(), 0.0)):
            due = time.monotonic() + self._every_s
            self._work()
