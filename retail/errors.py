"""What the shop's rules answer when the answer is no.

RetailError
├── Refused      the rules say no; ``reason`` is what a screen branches on, ``text`` is fit for staff
└── Impossible   a promise of our own code is broken: a bug, never the user's fault
"""

from enum import StrEnum


class RetailError(Exception):
    """Base of all errors that the rules raise."""


class Refused(RetailError):
    """The rules say no. ``reason`` is stable; ``text`` explains it in English for logs and documents."""

    def __init__(self, reason: StrEnum | str, text: str = "", **details: object) -> None:
        self.reason = str(reason)
        self.text = text or self.reason.replace("_", " ")
        self.details = details
        super().__init__(f"{self.reason}: {self.text}")


class Impossible(RetailError):
    """Something that the code promises can't happen has happened."""
