"""What ``ledger.toml`` may say."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from retail.epcis import checked_gln
from retail.errors import Refused
from sync.clock import ClockSettings
from sync.configuration import load
from sync.ledger.routing import RULES
from sync.places import data_folder


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values don't change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpSettings(Section):
    """Where stores and channels reach the ledger; port 0 lets the system choose."""

    host: str = "127.0.0.1"
    port: int = Field(default=8200, ge=0, le=65535)


class Token(Section):
    """Who may call the API with ``Authorization: Bearer <token>``."""

    name: str = Field(min_length=1)
    token: SecretStr

    @field_validator("token")
    @classmethod
    def long_enough(cls, token: SecretStr) -> SecretStr:
        if len(token.get_secret_value()) < 16:
            raise ValueError("a token has 16 characters or more")
        return token


class RoutingSettings(Section):
    """The rule by which orders find a store, and what stays on every store's shelf."""

    rule: str = "whole-then-load"
    safety: int = Field(default=0, ge=0)

    @field_validator("rule")
    @classmethod
    def known(cls, rule: str) -> str:
        if rule not in RULES:
            raise ValueError(f"there is no rule {rule!r}; there are {', '.join(sorted(RULES))}")
        return rule


class ProjectionSettings(Section):
    """``delay_s`` gathers arrivals for so long before they are projected together."""

    delay_s: float = Field(default=0.0, ge=0)


class EpcisSettings(Section):
    """How EPCIS events name the stores: GLNs of 13 digits by store, the same as in the agents' settings."""

    glns: dict[str, str] = {}

    @field_validator("glns")
    @classmethod
    def are_glns(cls, glns: dict[str, str]) -> dict[str, str]:
        try:
            return {store: checked_gln(gln) for store, gln in glns.items()}
        except Refused as error:
            raise ValueError(error.text) from None


class LogSettings(Section):
    """How the program speaks of itself."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = Field(default=False, alias="json")


class LedgerSettings(Section):
    """The whole file. ``database``: a PostgreSQL URL; without it a SQLite file in ``data`` is used."""

    data: Path = Field(default_factory=lambda: data_folder("ledger"))
    store: str = Field(default="HQ", min_length=1)
    device: str = Field(default="HQ-L", min_length=1)
    database: str = ""
    http: HttpSettings = HttpSettings()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()
    routing: RoutingSettings = RoutingSettings()
    projection: ProjectionSettings = ProjectionSettings()
    epcis: EpcisSettings = EpcisSettings()
    operations: tuple[Token, ...] = ()
    channels: tuple[Token, ...] = ()

    @model_validator(mode="after")
    def tokens_are_unique(self) -> Self:
        tokens = [one.token.get_secret_value() for one in (*self.operations, *self.channels)]
        if len(set(tokens)) != len(tokens):
            raise ValueError("operations and channels: two of them have the same token")
        return self

    @property
    def database_url(self) -> str:
        """What the engine opens."""
        return self.database or str(self.data / "ledger.db")


def load_settings(path: Path) -> LedgerSettings:
    """Read the file; raises SettingsError with file, key and remedy."""
    return load(path, LedgerSettings)
