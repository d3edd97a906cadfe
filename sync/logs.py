"""Structured logs for every program, with card numbers blacked out whatever wrote them."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_DIGITS = re.compile(r"(?<![\d.])[2-6](?:[ -]?\d){12,18}(?![\d.])")
_GOODS = frozenset({"gtin", "unit", "units", "barcode", "epc"})
"""keys whose values are numbers of goods, where a GTIN that looks like a card number is left alone"""

Event = MutableMapping[str, Any]


def configure(json: bool = False, level: str | int = "INFO") -> None:
    """Write log lines to stderr: JSON for machines, columns for people. Foreign loggers end up in the same place."""
    number = logging.getLevelNamesMapping()[level.upper()] if isinstance(level, str) else level
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def scrub(_logger: object, _method: str, event: Event) -> Event:
    """A structlog processor: card numbers (13 to 19 digits, Luhn) become ``****1234``."""
    for key, value in event.items():
        if key not in _GOODS:
            event[key] = _clean(value)
    return event


def scrub_text(text: str) -> str:
    """The text with card numbers blacked out."""
    return _DIGITS.sub(_masked, text)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        masked = scrub_text(str(value))
        return value if masked == str(value) else masked
    if isinstance(value, Mapping):
        return {key: inner if key in _GOODS else _clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(inner) for inner in value]
    if isinstance(value, (float, bytes)):
        return value
    return scrub_text(str(value))


def _masked(found: re.Match[str]) -> str:
    digits = [int(ch) for ch in found.group() if ch.isdigit()]
    doubled = [(2 * d - 9 if d > 4 else 2 * d) if n % 2 else d for n, d in enumerate(reversed(digits))]
    if sum(doubled) % 10:
        return found.group()
    return "****" + "".join(map(str, digits[-4:]))
