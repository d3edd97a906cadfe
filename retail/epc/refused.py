"""Why an EPC can't be read or written."""

from enum import StrEnum

from retail.errors import Refused


class EpcReason(StrEnum):
    """Stable reasons; a reader's log and the health page count them by name."""

    EMPTY = "empty"
    UNKNOWN_HEADER = "unknown_header"
    REFUSED_PARTITION = "refused_partition"
    FIELD_TOO_LARGE = "field_too_large"
    TRUNCATED = "truncated"
    BAD_CHARACTERS = "bad_characters"
    BAD_DATE = "bad_date"
    CHECK_DIGIT = "check_digit"
    RESERVED_BITS = "reserved_bits"
    TOO_LONG = "too_long"
    BAD_URI = "bad_uri"
    UNKNOWN_IDENTIFIER = "unknown_identifier"


class EpcRefused(Refused):
    """These bits are no EPC that the Tag Data Standard allows, or this unit doesn't fit the asked scheme."""

    def __init__(self, reason: EpcReason, text: str, **details: object) -> None:
        super().__init__(reason, text, **details)
        self.why = reason
