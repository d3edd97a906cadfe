"""A barcode scanner that sends lines over a serial or TCP port."""

from collections.abc import Callable
from dataclasses import replace

from drivers.ports import Port, open_port
from drivers.scanners.lines import Code, LineDecoder, Noise
from drivers.scanners.models import model_format
from drivers.scanners.port_scanner import PortScanner, system_now_us


class SerialScanner(PortScanner):
    """Reads codes; ``url`` is ``serial:///dev/ttyACM0?baud=9600`` or ``tcp://host:port``.

    ``model`` (see ``models.MODELS``) says how the scanner is set up; ``prefix`` and ``terminators`` replace the
    model's. ``now_us`` gives the wall time that scans carry (microseconds UTC).
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        model: str = "plain",
        prefix: str = "",
        terminators: str = "",
        now_us: Callable[[], int] = system_now_us,
    ) -> None:
        super().__init__(name, now_us)
        self._url = url
        form = model_format(name, model)
        self._form = replace(
            form,
            prefix=prefix.encode("latin-1") or form.prefix,
            terminators=terminators.encode("latin-1") or form.terminators,
        )
        self._decoder = LineDecoder(self._form)

    def _make_port(self) -> Port:
        return open_port(self._url, default_baud=9600)

    def _begin(self) -> None:
        self._decoder = LineDecoder(self._form)

    def _hear(self, data: bytes) -> list[Code | Noise]:
        return self._decoder.feed(data)

    @property
    def _waiting(self) -> bool:
        return self._decoder.partial

    def _give_up(self) -> list[Code | Noise]:
        return [*self._decoder.abandon()]
