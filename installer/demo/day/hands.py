"""A person's hands on a till: they ask for things, wait for what they see, and move goods before its devices."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from installer.demo.devices import TillDevices
from installer.demo.processes import INTERRUPTION, DemoTrouble
from store_app.headless import HeadlessTill
from store_app.presenters.desk import Desk
from store_app.presenters.intents import PadKey
from store_app.presenters.names import ScreenName
from store_app.presenters.shell import Shell
from store_app.services import TillServices

PATIENCE_S = 60.0
AGAIN_S = 5.0
TRIES = 8
"""how often something is laid on the pad before somebody gives up"""
TICK_S = 1.0


class Hands(ABC):
    """All methods belong to one thread: the one in which the till lives."""

    def __init__(self, number: int, devices: TillDevices) -> None:
        self.number = number
        self.devices = devices

    @property
    @abstractmethod
    def shell(self) -> Shell: ...

    @property
    @abstractmethod
    def services(self) -> TillServices: ...

    @abstractmethod
    def ask(self, *intents: object) -> None:
        """Tap or type, one after the other."""

    @abstractmethod
    def breathe(self) -> None:
        """Let the till take in what has happened; returns after some milliseconds."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    def picture(self, name: str) -> None:  # noqa: B027  nothing to do without a window
        """Take a picture, if this till has a window."""

    @property
    def desk(self) -> Desk:
        return self.shell.desk

    @property
    def screen(self) -> ScreenName:
        return self.shell.screen

    def wait(self, holds: Callable[[], object], what: str, timeout: float = PATIENCE_S) -> None:
        """Let the till work until ``holds()``. Raises :class:`DemoTrouble`."""
        if not self.sees(holds, timeout):
            raise DemoTrouble(f"till {self.number} waited {timeout:g} s for {what}, on screen {self.screen}")

    def sees(self, holds: Callable[[], object], timeout: float) -> bool:
        """Let the till work until ``holds()``, or so many seconds at most; whether it does."""
        ends = time.monotonic() + timeout
        while not holds():
            INTERRUPTION.look()
            if time.monotonic() > ends:
                return False
            self.breathe()
        return True

    def rest(self, seconds: float) -> None:
        """Let the till work for so long."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.breathe()

    def type(self, digits: str) -> None:
        """Press keys of the pad."""
        self.ask(*(PadKey(digit) for digit in digits))

    def lay_on_pad(self, units: Iterable[str]) -> None:
        """Put units on the RFID pad, and nothing else."""
        self.devices.lay_on_pad(units)

    def lay_until(self, units: Iterable[str], holds: Callable[[], object], what: str) -> None:
        """Lay units on the pad until ``holds()``. Raises :class:`DemoTrouble`.

        Where the till doesn't take them, because the agent doesn't answer just then, they are lifted and laid again.
        """
        wanted = list(units)
        for _ in range(TRIES - 1):
            self.lay_on_pad(wanted)
            if self.sees(holds, AGAIN_S):
                return
            self.clear_pad()
        self.lay_on_pad(wanted)
        self.wait(holds, what)

    def clear_pad(self) -> None:
        """Take everything off the pad and wait until the till knows."""
        self.devices.lay_on_pad(())
        self.wait(lambda: not self.desk.pad.units, "the pad to be empty")


class HeadlessHands(Hands):
    """Hands on a till without a window: a person who knows all buttons by heart."""

    def __init__(self, number: int, devices: TillDevices, services: TillServices) -> None:
        super().__init__(number, devices)
        self._till = HeadlessTill(services)
        self._ticked = 0.0

    @property
    def shell(self) -> Shell:
        return self._till.shell

    @property
    def services(self) -> TillServices:
        return self._till.services

    def start(self) -> None:
        self._till.start()

    def stop(self) -> None:
        self._till.stop()

    def ask(self, *intents: object) -> None:
        self._till.ask(*intents)

    def breathe(self) -> None:
        now = time.monotonic()
        if now - self._ticked >= TICK_S:
            self._ticked = now
            self._till.tick()
        if not self._till.pump():
            self.services.tick()
            time.sleep(0.004)
