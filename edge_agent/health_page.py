"""The agent's status page: plain accessible HTML, in French or English, without a script."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Protocol

from edge_agent.health import Health
from edge_agent.health_words import LANGUAGES, WORDS

_STYLE = """
:root{color-scheme:light dark;font-family:Inter,system-ui,sans-serif;line-height:1.45}
body{max-width:70rem;margin:0 auto;padding:1.5rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}
caption{text-align:start;font-weight:600;font-size:1.15rem;padding:.5rem 0}
th,td{text-align:start;padding:.45rem .6rem;border-bottom:1px solid #8886;vertical-align:top}
td.n{text-align:end;font-variant-numeric:tabular-nums}
.state{display:inline-block;padding:.5rem 1rem;border:2px solid currentColor;border-radius:.5rem;font-weight:600}
.wide{overflow-x:auto}
"""


def language(accepted: str, asked: str = "") -> str:
    """Choose the page's language: the one asked for, else the browser's first of ours, else French."""
    if asked in LANGUAGES:
        return asked
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return "fr"


def page(health: Health, lang: str) -> str:
    """Return the whole page."""

    def word(key: str) -> str:
        return WORDS[key][LANGUAGES.index(lang)] if key in WORDS else key

    state = "ok" if health.well else "attention"
    other = "en" if lang == "fr" else "fr"
    title = f"{word('title')} {health.store}"
    privacy = "privacy" if health.forgets_sold else "privacy_followed"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p role="status" class="state">{escape(word(state))}</p>',
        f"<p>{escape(health.device)} · {escape(word('program'))} {escape(health.program)} · {_moment(health.at_ms)} · "
        f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{escape(word("other"))}</a></p>',
        _notices(health, word),
        _readers(health, word),
        _tills(health, word),
        _upstreams(health, word),
        _queues(health, word),
        _passed_over(health, word),
        _table(
            word("feeds"), [word("feed"), word("version")], [[feed, at] for feed, at in sorted(health.feeds.items())]
        ),
        f"<h2>{escape(word('privacy_title'))}</h2><p>{escape(word(privacy))}</p>",
    ]
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="10">'
        f"<style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>"
    )


class _Word(Protocol):
    """What :func:`page` hands down: a key to its word."""

    def __call__(self, key: str) -> str: ...


def _notices(health: Health, word: "_Word") -> str:
    rows = [[word(notice.code), notice.subject, notice.text] for notice in health.notices]
    return _table(word("notices"), [word("what"), word("subject"), word("reason")], rows) if rows else ""


def _readers(health: Health, word: "_Word") -> str:
    heads = ["name", "kind", "state", "reason", "reads", "gaps", "overflows", "lost_events", "repeated", "garbled",
             "remarks", "thrown", "losses", "last", "said"]  # fmt: skip
    rows: list[Sequence[str | int]] = [
        [
            reader.name, reader.kind, word(reader.state), reader.reason, reader.reads, reader.gaps, reader.overflows,
            reader.overflowed, reader.repeated, reader.garbled, reader.remarks, reader.dropped, reader.losses,
            _moment(reader.last_ms) if reader.last_ms else word("never"),
            str(health.told.get(reader.name, {}).get("said", "")),
        ]
        for reader in health.readers
    ]  # fmt: skip
    return _table(word("readers"), [word(head) for head in heads], rows, word("none"))


def _tills(health: Health, word: "_Word") -> str:
    rows: list[Sequence[str | int]] = [
        [
            till.device,
            word("never") if till.silent_ms is None else f"{till.silent_ms / 1000:.1f}",
            till.seq,
            till.ledger_seq,
            sum(till.unreadable.values()),
        ]
        for till in health.tills
    ]
    heads = ("name", "silent", "journal", "ledger", "scans")
    return _table(word("tills"), [word(head) for head in heads], rows, word("none"))


def _upstreams(health: Health, word: "_Word") -> str:
    rows: list[Sequence[str | int]] = [
        [
            link.name,
            word("yes" if link.connected else "no"),
            _moment(link.last_contact_ms) if link.last_contact_ms else word("never"),
            link.pending,
            link.blocked,
        ]
        for link in health.upstreams
    ]
    heads = ("name", "state", "last", "pending", "blocked")
    return _table(word("upstreams"), [word(head) for head in heads], rows, word("none"))


def _queues(health: Health, word: "_Word") -> str:
    rows: list[Sequence[str | int]] = [
        [word("head"), health.head],
        [word("inbox"), health.inbox],
        [word("dropped"), health.dropped_reads],
        [word("failed"), health.failed_messages],
        [word("storage"), health.storage or word("writes")],
        [word("broker"), health.broker or word("none")],
    ]
    return _table(word("queues"), [word("what"), word("state")], rows)


def _passed_over(health: Health, word: "_Word") -> str:
    found = health.passed_over
    unplanned = sum(sum(ports.values()) for ports in found.unplanned.values())
    rows: list[Sequence[str | int]] = [
        [word("unplanned"), unplanned],
        [word("not_followed"), found.not_followed],
        [word("late"), found.late],
        [word("masked"), found.masked],
        [word("telemetry_dropped"), found.telemetry_dropped],
    ]
    rows += [(f"{word('refused_epcs')} ({word(reason)})", count) for reason, count in sorted(found.refused.items())]
    return _table(word("radio"), [word("what"), word("count")], rows)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]], empty: str = "") -> str:
    lines = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    if not lines:
        lines = f'<tr><td colspan="{len(heads)}">{escape(empty)}</td></tr>'
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _cells(row: Sequence[str | int]) -> str:
    first, *rest = row
    cells = [f'<th scope="row">{escape(str(first))}</th>']
    cells += [
        f'<td class="n">{cell}</td>' if isinstance(cell, int) else f"<td>{escape(str(cell))}</td>" for cell in rest
    ]
    return "".join(cells)


def _moment(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M:%S} UTC</time>'
