"""The REST side of Impinj's IoT device interface: outputs, start and stop, whatever way the events come."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import structlog

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import NotFound, Rejected

log = structlog.get_logger(__name__)

REST_S: Final = 5.0


class ImpinjApi:
    """Requests are sent from a thread of their own, so that the caller never waits.

    ``refused`` is told of failures: why, and of which output (0: of none).
    """

    def __init__(
        self,
        name: str,
        refused: Callable[[str, int], None],
        *,
        api: str = "",
        user: str = "root",
        password: str = "impinj",
        preset: str = "default",
        verify: bool = False,
    ) -> None:
        self.base = f"{api.rstrip('/')}/api/v1" if api else ""
        self.login = (user, password)
        self.verify = verify  # the reader's certificate is its own; for shops that gave it a real one
        self._name = name
        self._refused = refused
        self._preset = preset
        self._rest: ThreadPoolExecutor | None = None

    def command(self, command: ReaderCommand) -> None:
        """Rejected without the reader's own address, and for what the interface can't do."""
        if not self.base:
            raise Rejected(f"{self._name}: give the reader's own address as api to drive outputs, start and stop it")
        match command:
            case SetGpo(port, on, pulse_ms):
                gpo: dict[str, object] = {"gpo": port, "state": "high" if on else "low", "control": "static"}
                if pulse_ms:
                    gpo.update(control="pulsed", pulseDurationMilliseconds=pulse_ms)
                self._call("PUT", "/device/gpos", {"gpoConfigurations": [gpo]}, output=port)
            case StartInventory():
                self._call("POST", f"/profiles/inventory/presets/{self._preset}/start", None)
            case StopInventory():
                self._call("POST", "/profiles/stop", None)
            case Identify():
                raise Rejected(f"{self._name}: this interface has no way to make the reader show itself")

    def _call(self, method: str, path: str, body: object, *, output: int = 0) -> None:
        if self._rest is None:
            self._rest = ThreadPoolExecutor(1, thread_name_prefix=f"rest-{self._name}")
        self._rest.submit(self._request, method, path, body, output)

    def _request(self, method: str, path: str, body: object, output: int) -> None:
        try:
            with httpx.Client(
                base_url=self.base, auth=self.login, verify=self.verify, timeout=REST_S, trust_env=False
            ) as client:
                client.request(method, path, json=body).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("reader.refused", reader=self._name, request=f"{method} {path}", why=str(error))
            self._refused(f"{method} {path}: {error}", output)

    def close(self) -> None:
        """Idempotent and quick."""
        rest, self._rest = self._rest, None
        if rest is not None:
            rest.shutdown(wait=False, cancel_futures=True)


API_OPTIONS: Final[dict[str, type]] = {"api": str, "user": str, "password": str, "preset": str, "verify": bool}


def checked(name: str, options: Mapping[str, object], known: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The options if each is known and of its type; NotFound names the first that isn't."""
    for option, value in options.items():
        if option not in known or not isinstance(value, known[option]):
            raise NotFound(f"{name}: option {option}={value!r} isn't one of {', '.join(known)}, or not of its type")
    return dict(options)
