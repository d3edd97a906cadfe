"""What an error about a settings file may show: single plain values, never secrets and never whole tables."""

from pathlib import Path
from typing import Annotated, Self

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from sync.configuration import SettingsError, load


class Door(BaseModel):
    pin: SecretStr | None = Field(default=None, alias="code")
    width: Annotated[float, Field(gt=0.5, lt=3)] = 1.0

    @field_validator("pin")
    @classmethod
    def four_digits(cls, pin: SecretStr) -> SecretStr:
        if len(pin.get_secret_value()) != 4:
            raise ValueError("a PIN has 4 digits")
        return pin


class House(BaseModel):
    open: bool = False
    doors: dict[str, tuple[Door, ...]] = {}
    db_password: int = 0
    secrets: dict[str, int] = {}

    @model_validator(mode="after")
    def closed(self) -> Self:
        if self.open:
            raise ValueError("the house is open")
        return self


def error_of(tmp_path: Path, text: str) -> SettingsError:
    path = tmp_path / "house.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(path, House)
    return caught.value


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[doors.front]]\ncode = "hidden"', "doors.front.0.code"),
        ('db_password = "hidden"', "db_password"),
        ('[secrets]\nmain = "hidden"', "secrets.main"),
        ('open = true\n[[doors.hidden]]\ncode = "1234"', ""),
        ('doors = ["hidden"]', "doors"),
        ('[doors]\nfront = {note = "hidden"}', "doors.front"),
        ('open = {note = "hidden"}', "open"),
    ],
)
def test_secrets_and_tables_are_not_shown(tmp_path: Path, text: str, key: str) -> None:
    error = error_of(tmp_path, text)
    assert error.key == key
    assert "hidden" not in str(error)
    assert "1234" not in str(error)


@pytest.mark.parametrize(
    ("text", "shown", "remedy"),
    [
        ("[[doors.front]]\nwidth = 0.25", "0.25", "it must be more than 0.5."),
        ("[[doors.front]]\nwidth = 7", "7", "it must be less than 3.0."),
        ('open = "ajar"', "'ajar'", "Change the value."),
    ],
)
def test_plain_values_are_shown_with_their_bounds(tmp_path: Path, text: str, shown: str, remedy: str) -> None:
    error = error_of(tmp_path, text)
    assert f"(it says {shown})" in str(error)
    assert error.remedy.endswith(remedy)
