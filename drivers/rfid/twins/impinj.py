"""An Impinj reader on its IoT interface: publishes events, answers REST for outputs and presets."""

import base64
import json
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.mqtt import BrokerAt, MqttTwin


class ImpinjTwin(MqttTwin):
    """``epc_hex`` adds the EPC in hex, which real readers leave out unless told. ``api`` is for the driver."""

    def __init__(
        self,
        broker: BrokerAt,
        name: str,
        *,
        topic: str = "",
        rate: float = 5.0,
        epc_hex: bool = False,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(broker, name, topic or f"impinj/{name}", rate=rate, radio=radio, now_us=now_us)
        self._epc_hex = epc_hex
        self._http: ThreadingHTTPServer | None = None
        self._http_thread: threading.Thread | None = None

    @property
    def api(self) -> str:
        """The reader's own address."""
        return f"http://127.0.0.1:{self._http.server_port}" if self._http is not None else ""

    def start(self) -> None:
        """Serve REST, then publish."""
        twin = self

        class Handler(_RestHandler):
            reader = twin

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http_thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._http_thread.start()
        super().start()

    def stop(self) -> None:
        """Gone."""
        super().stop()
        http, self._http = self._http, None
        if http is not None:
            http.shutdown()
            http.server_close()
        if self._http_thread is not None:
            self._http_thread.join(5.0)

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """One message an event, as the reader sends them."""
        for tag, at_us in reads:
            event: dict[str, object] = {
                "epc": base64.b64encode(tag.epc).decode(),
                "antennaPort": tag.antenna,
                "peakRssiCdbm": tag.rssi_cdbm,
                "frequency": 866900,
            }
            if self._epc_hex:
                event["epcHex"] = tag.epc.hex().upper()
            yield _dumps(self._event("tagInventory", at_us, tagInventoryEvent=event))

    def overflow(self, purged: int) -> None:
        """The reader's buffer was too small."""
        now = self._now_us()
        self.publish(_dumps(self._event("overflow", now, overflowEvent={"eventsPurged": purged, "eventsRemaining": 0})))

    def _event(self, kind: str, at_us: int, **what: object) -> dict[str, object]:
        stamp = datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat(timespec="microseconds")
        return {"timestamp": stamp.replace("+00:00", "Z"), "hostname": self.name, "eventType": kind, **what}

    def take_gpos(self, body: bytes) -> None:
        """PUT /device/gpos."""
        for gpo in json.loads(body)["gpoConfigurations"]:
            self.gpo.append((gpo["gpo"], gpo["state"] == "high", self._now_us()))
            self.gpo_frames.append(body)
            if gpo.get("control") == "pulsed":
                fall = threading.Timer(gpo["pulseDurationMilliseconds"] / 1000, self._fall, (gpo,))
                fall.daemon = True
                fall.start()

    def _fall(self, gpo: dict[str, object]) -> None:
        port = gpo["gpo"]
        assert isinstance(port, int)
        self.gpo.append((port, gpo["state"] != "high", self._now_us()))
        self.gpo_frames.append(b"")


class _RestHandler(BaseHTTPRequestHandler):
    """The part of the reader's REST interface that the driver uses."""

    reader: ImpinjTwin

    def do_PUT(self) -> None:
        """Outputs."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/api/v1/device/gpos":
            self.reader.take_gpos(body)
        self._answer(self.path == "/api/v1/device/gpos")

    def do_POST(self) -> None:
        """Start and stop."""
        started = self.path.startswith("/api/v1/profiles/inventory/presets/") and self.path.endswith("/start")
        stopped = self.path == "/api/v1/profiles/stop"
        if started or stopped:
            self.reader.running = started
        self._answer(started or stopped)

    def _answer(self, known: bool) -> None:
        self.send_response(204 if known else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def _dumps(event: dict[str, object]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()
