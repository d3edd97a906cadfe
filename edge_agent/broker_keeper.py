"""Keeps the store's own MQTT broker alive: started with the agent, started again when its process has died."""

import socket
import threading

import structlog

from drivers.broker import Broker
from drivers.errors import DeviceError

log = structlog.get_logger(__name__)

LOOK_S = 1.0
ANSWER_S = 1.0
MISSES = 2
"""looks without an answer after which the broker counts as dead"""


class BrokerKeeper:
    """One thread that looks whether the broker takes connections."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broker-keeper", daemon=True)
        self.restarts = 0

    @property
    def port(self) -> int:
        """Where the broker listens."""
        return self.broker.port

    def start(self) -> None:
        """Start the broker and keep it. Raises ``DeviceError`` when it can't be had at all."""
        self.broker.start()
        self._thread.start()

    def stop(self) -> None:
        """End the broker."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(ANSWER_S + LOOK_S + 1)
        self.broker.stop()

    def _run(self) -> None:
        misses = 0
        while not self._stop.wait(LOOK_S):
            misses = 0 if self._answers() else misses + 1
            if misses >= MISSES and not self._stop.is_set():
                self._start_again()
                misses = 0

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.broker.host, self.broker.port), timeout=ANSWER_S):
                return True
        except OSError:
            return False

    def _start_again(self) -> None:
        if self.restarts == 0:
            log.warning("the MQTT broker is gone, starting it again", port=self.broker.port)
        self.broker.stop()
        try:
            self.broker.start()
        except DeviceError as error:
            log.error("the MQTT broker can't be started", reason=str(error))
            return
        self.restarts += 1
        log.info("the MQTT broker is back", port=self.broker.port, restarts=self.restarts)
