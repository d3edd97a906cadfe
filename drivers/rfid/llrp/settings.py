"""What a shop may choose for an LLRP reader; everything else follows from the reader's capabilities."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from drivers.errors import NotFound

DEFAULT_PORT: Final = 5084
TLS_PORT: Final = 5085
VERSIONS: Final = ("1.0.1", "1.1")


@dataclass(frozen=True, slots=True)
class LlrpSettings:
    """Defaults suit a ceiling or gate reader."""

    antennas: tuple[int, ...] = ()
    """Empty: all that the reader has."""
    planned: tuple[int, ...] = ()
    """Antennas that should be plugged in: those that aren't are told when the link is made."""
    power_dbm: float | None = None
    """None: the reader's own setting; else the nearest step that it offers below or at this power."""
    session: int = 1
    population: int = 32
    mode: int | None = None
    """An RF mode that the reader names in its capabilities; None: its own choice."""
    report_every_n: int = 32
    """A gate takes 1: each tag is told at once."""
    report_every_ms: int = 100
    """How long a tag waits at most for its report; 0: until there are N."""
    rest_ms: int = 0
    """Leave the line alone for so long after each gulp that wasn't a flood: many readers then cost fewer wake-ups.

    A ceiling takes 250; a gate 0."""
    keepalive_ms: int = 5000
    """Three missed ones and the reader counts as lost; 0: none."""
    extras: bool = False
    """Ask Impinj and Zebra readers for phase, Doppler and fine RSSI."""
    temperature_s: int = 60
    """Ask Impinj readers for their temperature so often; 0: never."""
    llrp: str = "1.0.1"
    """``1.1`` negotiates: readers that don't have it stay on 1.0.1, which has all that a shop needs."""
    identify_gpo: int = 0
    """A lamp on this output blinks on Identify; 0: none."""

    @classmethod
    def of(cls, options: Mapping[str, object]) -> "LlrpSettings":
        """From loosely typed options of a settings file; NotFound names an unknown one."""
        known = {field.name for field in fields(cls)}
        for name in options:
            if name not in known:
                raise NotFound(f"an LLRP reader has no option {name!r}; it has {', '.join(sorted(known))}")
        values = dict(options)
        for name in ("antennas", "planned"):
            if name in values:
                values[name] = _numbers(values[name])
        made = cls(**values)  # type: ignore[arg-type]  # the settings file's model has checked the types
        try:
            made.check()
        except TypeError as error:
            raise NotFound(f"an LLRP reader's options are of the wrong kind: {error}") from None
        return made

    def check(self) -> None:
        """NotFound names a value that no reader takes."""
        wrong = [
            (self.session not in range(4), f"session {self.session}: there are 0 to 3"),
            (not 0 <= self.population <= 0xFFFF, f"population {self.population}: 0 to 65535"),
            (not 0 <= self.report_every_n <= 0xFFFF, f"report_every_n {self.report_every_n}: 0 to 65535"),
            (self.report_every_ms < 0, f"report_every_ms {self.report_every_ms} is negative"),
            (not 0 <= self.rest_ms <= 1000, f"rest_ms {self.rest_ms}: 0 to 1000"),
            (not 0 <= self.keepalive_ms <= 0xFFFF_FFFF, f"keepalive_ms {self.keepalive_ms}: 0 to 4294967295"),
            (self.temperature_s < 0, f"temperature_s {self.temperature_s} is negative"),
            (self.llrp not in VERSIONS, f"llrp {self.llrp}: {' or '.join(VERSIONS)}"),
            (any(not 0 <= n <= 0xFFFF for n in self.antennas), f"antennas {self.antennas}: 0 (all) to 65535"),
            (any(not 0 <= n <= 0xFFFF for n in self.planned), f"planned {self.planned}: 0 to 65535"),
        ]
        for is_wrong, text in wrong:
            if is_wrong:
                raise NotFound(f"an LLRP reader can't have {text}")


def _numbers(told: object) -> tuple[object, ...]:
    """``"1,2"`` where a settings file takes plain values only."""
    if isinstance(told, str):
        return tuple(int(number) for number in told.split(",") if number.strip())
    return tuple(told) if isinstance(told, list | tuple) else (told,)
