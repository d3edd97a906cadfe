"""How scanners of known makes are set up when they leave the factory, or when their manual's usual code is scanned.

A label id is a text that the scanner puts before the code to tell its symbology, where it doesn't send the AIM id. It
is taken off, and told as the AIM id that means the same. Sources: NCR RealPOS, Datalogic PowerScan PD96 and Magellan
product reference guides (label id sets), Honeywell and Zebra quick start guides (suffixes).
"""

from typing import Final

from drivers.errors import NotFound
from drivers.scanners.lines import Label, LineFormat

_DIGITS_13: Final = r"[0-9]{13}"
_DIGITS_8: Final = r"[0-9]{8}"
_UPC_A: Final = r"[0-9]{12}"
_UPC_E: Final = r"[0-9]{6,8}"

_DATALOGIC: Final = (
    Label("FF", "]E4", _DIGITS_8),
    Label("F", "]E0", _DIGITS_13),
    Label("A", "]E0", _UPC_A),
    Label("E", "]E0", _UPC_E, upc_e=True),
    Label("R4", "]e0"),
    Label("RX", "]e0"),
    Label("RL", "]e0"),
    Label("#", "]C0"),
    Label("*", "]A0"),
    Label("%", "]F0"),
    Label("&", "]G0"),
    Label("i", "]I0", r"[0-9]+"),
)
_DATALOGIC_EU: Final = (
    Label("A", "]E4", _DIGITS_8),
    Label("B", "]E0", _DIGITS_13),
    Label("C", "]E0", _UPC_A),
    Label("D", "]E0", _UPC_E, upc_e=True),
    Label("k", "]C1"),
    Label("t", "]e0"),
    Label("u", "]e0"),
    Label("v", "]e0"),
    Label("T", "]C0"),
    Label("V", "]A0"),
    Label("R", "]F0"),
    Label("U", "]G0"),
    Label("N", "]I0", r"[0-9]+"),
)
_NCR: Final = (
    Label("FF", "]E4", _DIGITS_8),
    Label("F", "]E0", _DIGITS_13),
    Label("A", "]E0", _UPC_A),
    Label("E", "]E0", _UPC_E, upc_e=True),
    Label("B1", "]A0"),
    Label("B2", "]I0", r"[0-9]+"),
    Label("B3", "]C0"),
    Label("N", "]F0"),
)

MODELS: Final[dict[str, LineFormat]] = {
    "plain":         LineFormat(),
    "honeywell":     LineFormat(terminators=b"\r\n"),
    "zebra":         LineFormat(terminators=b"\r\n"),
    "newland":       LineFormat(terminators=b"\r\n"),
    "stx-etx":       LineFormat(prefix=b"\x02", terminators=b"\x03"),
    "datalogic":     LineFormat(terminators=b"\r\n", labels=_DATALOGIC),
    "datalogic-eu":  LineFormat(terminators=b"\r\n", labels=_DATALOGIC_EU),
    "ncr":           LineFormat(terminators=b"\r\n\x03", labels=_NCR),
}  # fmt: skip
"""By the name that settings use; terminators are all accepted, since suffixes are often changed."""


def model_format(name: str, model: str) -> LineFormat:
    """The format of a model; NotFound that lists the known ones."""
    form = MODELS.get(model)
    if form is None:
        raise NotFound(f"{name}: there is no scanner model {model!r}; there are {', '.join(MODELS)}")
    return form
