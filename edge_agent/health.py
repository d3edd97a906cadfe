"""What the status page shows: devices, queues, last contacts, versions, and whatever needs a person."""

from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from edge_agent.supervisor import ReaderHealth


def program_version() -> str:
    """The installed version, or the one of the source tree."""
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "0.1.0"


@dataclass(frozen=True, slots=True)
class TillHealth:
    """When a till was last heard, and how far its journal has come here and at the ledger."""

    device: str
    silent_ms: int | None
    """milliseconds since any authenticated request; None when it was never heard since the start"""
    seq: int
    ledger_seq: int
    unreadable: dict[str, int] = field(default_factory=dict)
    """its devices -> what they have sent that made no sense"""


@dataclass(frozen=True, slots=True)
class UpstreamHealth:
    """The link to a ledger."""

    name: str
    connected: bool
    last_contact_ms: int
    pending: int
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person must look at; ``code`` is what the page translates."""

    code: str
    subject: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Reads that came to nothing, and why; counted since the start."""

    unplanned: dict[str, dict[str, int]] = field(default_factory=dict)
    """reader -> antenna that isn't in the plan -> its reads of items"""
    refused: dict[str, int] = field(default_factory=dict)
    """reason -> tags that name no item, or for which there was no room"""
    not_followed: int = 0
    """reads of what is sold, or was never ours"""
    late: int = 0
    """reads that a gate's reader told too late to say anything about now"""
    masked: int = 0
    """reads of what stays near a gate"""
    telemetry_dropped: int = 0
    """raw reads that came faster than the disk took them"""


@dataclass(frozen=True, slots=True)
class Health:
    """The whole state in one look; JSON by :meth:`as_json`."""

    store: str
    device: str
    program: str
    at_ms: int
    head: int
    inbox: int
    dropped_reads: int
    failed_messages: int
    storage: str
    broker: str
    feeds: dict[str, int]
    readers: tuple[ReaderHealth, ...] = ()
    tills: tuple[TillHealth, ...] = ()
    upstreams: tuple[UpstreamHealth, ...] = ()
    notices: tuple[Notice, ...] = field(default=())
    passed_over: PassedOver = field(default_factory=PassedOver)
    forgets_sold: bool = True
    """reads of sold units are dropped: what the notice for the entrance says"""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """reader -> what it tells of itself, and its clock"""

    @property
    def well(self) -> bool:
        """Nothing is lost, blocked or waiting for a person."""
        return not self.storage and not self.notices and all(reader.well for reader in self.readers)

    def as_json(self) -> dict[str, Any]:
        """A JSON object with the same names."""
        body = asdict(replace(self, readers=()))  # a reader's health holds on to its driver
        told = body.pop("told")
        body["readers"] = [reader.as_json() | told.get(reader.name, {}) for reader in self.readers]
        body["state"] = "ok" if self.well else "attention"
        return body
