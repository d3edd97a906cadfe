"""What a till's TOML file may say: who it is, where agent and ledger are, which devices hang on it."""

import base64
import binascii
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from retail.barcode import FRANCE, patterns
from retail.errors import Refused
from sync.clock import ClockSettings
from sync.configuration import load
from sync.places import data_folder

URL_SCHEMES = ("http://", "https://")
KEY_BYTES = 32


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True)


class TillSection(_Section):
    """Identity of the till, its folder and how its window looks and speaks."""

    store: str = Field(min_length=1, max_length=16)
    device: str = Field(min_length=1, max_length=24)
    folder: Path = Field(default_factory=lambda: data_folder("till"))
    locale: Literal["fr", "en", "pseudo"] = "fr"
    theme: Literal["light", "dark", "high-contrast"] = "light"
    ballast_mib: int = Field(default=4, ge=0, le=256)
    """size of the file that is given up when the disk is full, so that the open sale can finish"""
    training: bool = False
    lock_minutes: int = Field(default=15, ge=1, le=480)
    """minutes without a touch until the till asks for a PIN again"""
    scale_codes: tuple[str, ...] = tuple(f"{pattern.kind} {pattern.mask}" for pattern in FRANCE)
    """in-store codes, ``price 23.....{NNNDD}.`` or ``weight 21.....{NNDDD}.``; the first that fits is used"""

    @field_validator("scale_codes")
    @classmethod
    def _are_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            patterns(value)
        except Refused as refused:
            raise ValueError(str(refused)) from refused
        return value


class UpstreamSection(_Section):
    """Where a server of the protocol listens; empty means there is none."""

    url: str = ""
    public_key: str = ""
    """its own Ed25519 key, base64; without it no snapshot is taken, every row comes as a delta"""

    @property
    def public(self) -> bytes | None:
        """The key's 32 bytes, if it is given."""
        return base64.b64decode(self.public_key) if self.public_key else None

    @field_validator("public_key")
    @classmethod
    def _key(cls, text: str) -> str:
        try:
            size = len(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            size = -1
        if text and size != KEY_BYTES:
            raise ValueError("a public key is 32 bytes in base64, as `comptoir identity` prints it")
        return text

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if url and not url.startswith(URL_SCHEMES):
            raise ValueError("an address starts with http:// or https://, for instance http://192.168.1.20:8710")
        return url.rstrip("/")


class DevicesSection(_Section):
    """Addresses of devices (``tcp://host:port``, ``serial:///dev/ttyUSB0?baud=115200``); empty means none.

    The kinds are those of ``drivers.registry``.
    """

    scanner: str = ""
    pad: str = ""
    printer: str = ""
    display: str = ""
    terminal: str = ""
    scanner_kind: str = "serial-scanner"
    scanner_options: dict[str, str | int | bool] = Field(default_factory=dict)
    """what the kind takes beside its address: ``{ model = "datalogic" }`` for a serial scanner"""
    wedge_gap_ms: int = Field(default=50, ge=10, le=500)
    """a keyboard wedge's longest pause between two characters; slower is typing"""
    wedge_prefix: str = Field(default="", max_length=8)
    """what the wedge types before each code, taken off again"""
    pad_kind: str = "chafon-serial"
    pad_options: dict[str, str | int | bool] = Field(default_factory=dict)
    printer_kind: str = "escpos"
    display_kind: str = "escpos-display"
    terminal_kind: str = "simulated"


class TillSettings(_Section):
    """The whole file."""

    till: TillSection
    agent: UpstreamSection = UpstreamSection()
    ledger: UpstreamSection = UpstreamSection()
    devices: DevicesSection = DevicesSection()
    clock: ClockSettings = ClockSettings()


def load_settings(path: Path) -> TillSettings:
    """Read a till's settings; a wrong key or value raises SettingsError with file, key and remedy."""
    return load(path, TillSettings)
