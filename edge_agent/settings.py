"""What ``agent.toml`` may say; a wrong key or value is named with file and remedy by ``sync.configuration``."""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from edge_agent.outputs import wrong_output
from retail.epcis import checked_gln
from retail.errors import Refused
from sync.clock import ClockSettings
from sync.configuration import load
from sync.places import data_folder


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values don't change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpSettings(Section):
    """Where tills reach the agent; port 0 lets the system choose."""

    host: str = "127.0.0.1"
    port: int = Field(default=8100, ge=0, le=65535)


class LedgerSettings(Section):
    """Where the central ledger answers; without ``url`` the store is on its own."""

    url: str = ""
    public_key: str = ""
    """the ledger's own journal key, base64; written by enrolment"""
    patience_s: float = Field(default=60.0, gt=0)
    """longest wait between two tries while it doesn't answer"""


class BrokerSettings(Section):
    """The MQTT broker of the store's devices."""

    kind: Literal["embedded", "mosquitto", "external", "none"] = "embedded"
    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=0, le=65535)

    @property
    def starts(self) -> bool:
        """Whether the agent runs the broker itself."""
        return self.kind in ("embedded", "mosquitto")


class Antenna(Section):
    """What one antenna port looks at: a zone of the store plan, or one side of a gate."""

    port: int = Field(ge=0)
    zone: str = ""
    gate: str = ""
    side: Literal["in", "out"] = "in"

    @model_validator(mode="after")
    def looks_at_one_thing(self) -> Self:
        if bool(self.zone) == bool(self.gate):
            raise ValueError(f"antenna {self.port}: give either zone or gate")
        return self


class Gpo(Section):
    """The output that sounds a gate's siren, and for how long."""

    port: int = Field(default=1, ge=1)
    pulse_ms: int = Field(default=3000, ge=50, le=60_000)


class Beam(Section):
    """A light beam across one side of a gate, on an input (GPI) of a reader; ``cut`` is its level when broken."""

    port: int = Field(ge=1)
    gate: str = Field(min_length=1)
    side: Literal["in", "out"]
    cut: Literal["high", "low"] = "high"

    @property
    def edge(self) -> tuple[int, int]:
        """(input, its new level) of the event that says that somebody broke it."""
        return self.port, int(self.cut == "high")


class ReaderSettings(Section):
    """One RFID reader. Without antennas it is a handheld: its reads serve the counts that are open."""

    name: str = Field(min_length=1)
    kind: str
    url: str
    options: dict[str, str | int | float | bool] = {}
    antennas: tuple[Antenna, ...] = ()
    beams: tuple[Beam, ...] = ()
    gpo: Gpo | None = None
    wall: str = ""
    """readers of one name here weigh together on which side of a wall a unit is; by itself each does if it can"""

    @cached_property
    def gates(self) -> frozenset[str]:
        return frozenset(antenna.gate for antenna in self.antennas if antenna.gate)

    @field_validator("gpo")
    @classmethod
    def gpo_can_be_driven(cls, gpo: Gpo | None, so_far: ValidationInfo) -> Gpo | None:
        known = so_far.data
        wrong = wrong_output(known.get("kind", ""), known.get("options", {}), gpo.port) if gpo is not None else ""
        if wrong:
            raise ValueError(wrong)
        return gpo

    @model_validator(mode="after")
    def beams_cross_its_gates(self) -> Self:
        ports = [beam.port for beam in self.beams]
        for beam in self.beams:
            if beam.gate not in self.gates:
                raise ValueError(f"beam on input {beam.port}: no antenna of this reader watches a gate {beam.gate!r}")
            if ports.count(beam.port) > 1:
                raise ValueError(f"input {beam.port} is given to two beams")
        return self


class OrderSettings(Section):
    """How the store works online orders."""

    auto_accept: bool = True
    accept_minutes: int = Field(default=30, gt=0)
    hold_hours: int = Field(default=72, gt=0)


class BulkSettings(Section):
    """When what leaves is a theft in bulk: so many unsold units by one gate within so many seconds; 0: never."""

    units: int = Field(default=3, ge=0)
    seconds: float = Field(default=5.0, gt=0, le=600)


class GateSettings(Section):
    """What a gate forgives and for how long."""

    passage_ms: int = Field(default=10_000, gt=0)
    """within which the same unit raises one alarm only"""
    gap_ms: int = Field(default=2000, gt=0)
    """without a read for so long, a passage is over"""
    horizon_ms: int = Field(default=10_000, gt=0)
    """reads older than this never raise an alarm"""
    bulk: BulkSettings = BulkSettings()


class LeaseSettings(Section):
    """How much of each article the online channel may sell: ``share`` of what is free beyond ``keep`` pieces."""

    share: float = Field(default=0.2, ge=0, le=1)
    keep: int = Field(default=2, ge=0)
    ttl_minutes: int = Field(default=120, gt=0)


class StockSettings(Section):
    """What is held back where the readers haven't seen an article for a day."""

    unsure: int = Field(default=0, ge=0)


class ReplenishSettings(Section):
    """At how many pieces on the sales floor an article is filled up from the stockroom; 0: nothing is asked for.

    The store's plan may say otherwise article by article.
    """

    minimum: int = Field(default=1, ge=0)


class EpcisSettings(Section):
    """How EPCIS events name the store: its GLN, 13 digits; without one by private URIs."""

    gln: str = ""

    @field_validator("gln")
    @classmethod
    def is_a_gln(cls, gln: str) -> str:
        try:
            return checked_gln(gln)
        except Refused as error:
            raise ValueError(error.text) from None


class TelemetrySettings(Section):
    """Raw reads kept for those who look into something: off unless asked for, bounded in age and size."""

    on: bool = False
    hours: int = Field(default=48, gt=0)
    megabytes: int = Field(default=1000, gt=0)


class PrivacySettings(Section):
    """What becomes of a tag when its article is sold. Tags of others are never followed.

    The program doesn't write tags; to it, a deactivated one is no longer there: where it was is forgotten, its reads
    are dropped. ``false`` only where customers have agreed that their articles stay readable in the store.
    """

    deactivate_at_sale: bool = True


class LogSettings(Section):
    """How the program speaks of itself."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = Field(default=False, alias="json")


class AgentSettings(Section):
    """The whole file."""

    store: str = Field(min_length=1)
    device: str = Field(min_length=1)
    data: Path = Field(default_factory=lambda: data_folder("agent"))
    http: HttpSettings = HttpSettings()
    ledger: LedgerSettings = LedgerSettings()
    broker: BrokerSettings = BrokerSettings()
    clock: ClockSettings = ClockSettings()
    orders: OrderSettings = OrderSettings()
    gate: GateSettings = GateSettings()
    leases: LeaseSettings = LeaseSettings()
    stock: StockSettings = StockSettings()
    replenish: ReplenishSettings = ReplenishSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    epcis: EpcisSettings = EpcisSettings()
    privacy: PrivacySettings = PrivacySettings()
    log: LogSettings = LogSettings()
    readers: tuple[ReaderSettings, ...] = ()

    @model_validator(mode="after")
    def reader_names_are_unique(self) -> Self:
        names = [reader.name for reader in self.readers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"readers: the name {twice[0]} is used twice")
        return self


def load_settings(path: Path) -> AgentSettings:
    """Read ``agent.toml``. Raises ``SettingsError``, which names the file, the key and the remedy."""
    return load(path, AgentSettings)
