"""Gathers what the status page shows, from any thread: counters, and a snapshot of the database."""

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from edge_agent.health import Health, Notice, PassedOver, TillHealth, UpstreamHealth, program_version
from edge_agent.projections.tables import ALARMS, ASIDE
from edge_agent.supervisor import ReaderHealth
from sync.feeds.names import FEEDS, scope_of
from sync.identity.enrolment import peers
from sync.journal import outbox
from sync.journal.quarantine import listed
from sync.journal.rows import head_of
from sync.storage.tables import feed_heads

if TYPE_CHECKING:
    from edge_agent.wiring import Agent


class Inspector:
    """Reads, never changes."""

    def __init__(self, agent: "Agent") -> None:
        self._agent = agent

    def health(self) -> Health:
        """How the agent is right now."""
        agent = self._agent
        clock = agent.book.clock
        with agent.book.read() as conn:
            tills = self._tills(conn)
            feeds = self._feeds(conn)
            notices = self._notices(conn)
        troubles = agent.heart.troubles
        return Health(
            store=agent.settings.store,
            device=agent.settings.device,
            program=program_version(),
            at_ms=clock.now_ms(),
            head=agent.book.head.seq,
            inbox=agent.heart.waiting,
            dropped_reads=troubles.dropped_reads,
            failed_messages=troubles.failed_messages,
            storage=troubles.storage,
            broker=agent.broker,
            feeds=feeds,
            readers=tuple(agent.supervisor.health.values()),
            tills=tills,
            upstreams=self._upstreams(),
            notices=(*notices, *self._live_notices()),
            passed_over=self._passed_over(),
            forgets_sold=agent.settings.privacy.deactivate_at_sale,
            told={reader.name: self._told(reader) for reader in agent.supervisor.health.values()},
        )

    def _told(self, reader: ReaderHealth) -> dict[str, Any]:
        """What a reader tells of itself; ``clock_offset_us`` is what is added to its time to get ours."""
        now = time.time_ns() // 1_000_000
        steady = self._agent.steady.now_us() // 1000
        settings = next((one for one in self._agent.settings.readers if one.name == reader.name), None)
        return {
            **self._agent.watch.told.of(reader.name).as_json(steady),
            "clock_offset_us": self._agent.supervisor.clock_offset_us(reader.name),
            "silent_ms": max(0, now - reader.last_ms) if reader.last_ms else None,
            "gpo": settings.gpo.port if settings is not None and settings.gpo is not None else None,
            "antennas": {str(one.port): one.zone or f"{one.gate}/{one.side}" for one in settings.antennas}
            if settings is not None
            else {},
        }

    def _passed_over(self) -> PassedOver:
        presence = self._agent.heart.shop.live.presence
        return PassedOver(
            unplanned=self._unplanned(),
            refused=dict(presence.refused),
            not_followed=presence.not_followed,
            late=presence.passages.late,
            masked=presence.passages.masked,
            telemetry_dropped=self._agent.telemetry.dropped_reads,
        )

    def _unplanned(self) -> dict[str, dict[str, int]]:
        """A handheld has no antennas in the plan; what it reads between counts is nobody's mistake."""
        planned = {reader.name for reader in self._agent.settings.readers if reader.antennas}
        found: dict[str, dict[str, int]] = {}
        for (reader, antenna), reads in sorted(dict(self._agent.heart.shop.live.presence.unplanned).items()):
            if reader in planned:
                found.setdefault(reader, {})[str(antenna)] = reads
        return found

    def _tills(self, conn: Connection) -> tuple[TillHealth, ...]:
        agent = self._agent
        mono = agent.book.clock.mono_ms()
        found = []
        for peer in peers(conn, agent.settings.store):
            if peer.kind == "till":
                head = head_of(conn, peer.store, peer.device)
                held = outbox.acked(conn, "ledger", peer.store, peer.device)
                silence = agent.tills.silence(peer.device, mono)
                unreadable = agent.tills.unreadable.get(peer.device, {})
                found.append(TillHealth(peer.device, silence, head[0] if head else 0, held, unreadable))
        return tuple(found)

    def _feeds(self, conn: Connection) -> dict[str, int]:
        scopes = {name: scope_of(name, self._agent.settings.store) for name in FEEDS}
        rows = conn.execute(select(feed_heads.c.feed, feed_heads.c.scope, feed_heads.c.version))
        return {feed: version for feed, scope, version in rows if scopes.get(feed) == scope}

    def _upstreams(self) -> tuple[UpstreamHealth, ...]:
        if self._agent.post is None:
            return ()
        return tuple(
            UpstreamHealth(
                link.name,
                link.connected,
                link.last_contact_ms or 0,
                link.pending,
                ", ".join(f"{device}: {problem}" for device, problem in link.blocked) or link.trouble or "",
            )
            for link in self._agent.post.status.upstreams
        )

    def _notices(self, conn: Connection) -> list[Notice]:
        found = [
            Notice("feed_row", f"{row.feed} {row.key}", row.reason)
            for row in conn.execute(select(ASIDE).order_by(ASIDE.c.at))
        ]
        found += [Notice("quarantine", f"{one.device} {one.seq} {one.kind}", one.reason) for one in listed(conn)]
        open_ones = conn.execute(select(ALARMS.c.key, ALARMS.c.kind, ALARMS.c.subject).where(ALARMS.c.state == "open"))
        found += [
            Notice("alarm" if kind in ("exit", "till_silent", "bulk") else "exception", subject, kind)
            for _, kind, subject in open_ones
        ]
        return found

    def _live_notices(self) -> list[Notice]:
        agent = self._agent
        found = [Notice("till_silent", till) for till in sorted(agent.heart.shop.live.silent)]
        sirens = sorted(agent.heart.shop.live.failed_sirens.items())
        found += [Notice("siren", reader, failed.why) for reader, failed in sirens]
        found += [Notice("reader", one.name, one.reason) for one in agent.supervisor.health.values() if not one.well]
        found += [
            Notice("unplanned_antenna", f"{reader} {antenna}", str(reads))
            for reader, antennas in self._unplanned().items()
            for antenna, reads in antennas.items()
        ]
        found += [Notice("telemetry", agent.settings.device)] if agent.telemetry.failed else []
        found += [Notice("disk", agent.settings.device)] if agent.reserve_missing else []
        found += [Notice("upstream", link.name, link.blocked) for link in self._upstreams() if not link.connected]
        return found
