"""Who calls the ledger's own API: a sales channel or operations by token, a device by its signature."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from fastapi import Request

from sync.ledger.settings import LedgerSettings
from sync.server import Host, signed_peer
from sync.wire.problems import Problem

CallerKind = Literal["channel", "operations", "device"]


class Caller(NamedTuple):
    """Who it is; ``name`` is the token's name or the device's id."""

    kind: CallerKind
    name: str


def only(host: Host, settings: LedgerSettings, *kinds: CallerKind) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that gives a handler its caller and refuses other kinds."""

    async def dependency(request: Request) -> Caller:
        caller = await _caller(host, settings, request)
        if caller.kind not in kinds:
            raise Problem("not-allowed", caller=caller.name)
        return caller

    return dependency


async def _caller(host: Host, settings: LedgerSettings, request: Request) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(settings, token.strip())
    peer, _ = await signed_peer(host, request)
    return Caller("device", peer.device)


def _by_token(settings: LedgerSettings, token: str) -> Caller:
    known: list[tuple[CallerKind, str, str]] = [
        *(("operations", one.name, one.token.get_secret_value()) for one in settings.operations),
        *(("channel", one.name, one.token.get_secret_value()) for one in settings.channels),
    ]
    for kind, name, secret in known:
        if hmac.compare_digest(secret.encode(), token.encode()):
            return Caller(kind, name)
    raise Problem("not-allowed", detail="this token isn't known here")
