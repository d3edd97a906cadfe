"""Logs of tills as they go over the wire: records of about 350 bytes, chained and signed, in batches of 500."""

import base64
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from retail.facts import Fact, FiscalEventRecorded, FiscalStamp
from sync.identity.keys import Identity
from sync.journal.chain import genesis, link
from sync.journal.encoding import encode
from sync.journal.record import MAX_BATCH_RECORDS, Record
from sync.journal.rows import to_row
from sync.wire.compression import compress
from sync.wire.messages import pack
from tests.bench.goods import NOW_MS

BOOT = bytes(range(16))


@dataclass(frozen=True)
class Log:
    """One till's log: ``bodies`` are compressed batches ready to post, ``rows`` what a database keeps of them."""

    identity: Identity
    bodies: list[bytes]
    rows: list[list[dict[str, object]]]

    @property
    def records(self) -> int:
        return sum(len(part) for part in self.rows)


def make_log(folder: Path, device: str, batches: int) -> Log:
    """A log of ``batches`` full batches; a commit, and so a signature, every ten records."""
    store = device.split("-")[0]
    identity = Identity.load_or_create(folder / device, store, device)
    head = genesis(store, device, identity.public)
    bodies: list[bytes] = []
    rows: list[list[dict[str, object]]] = []
    seq = 0
    for _ in range(batches):
        before, made, kept = head, [], []
        for n in range(MAX_BATCH_RECORDS):
            seq += 1
            fact = _fact(device, seq)
            record = Record(seq, fact.KIND, fact.V, NOW_MS + seq, 60, seq, BOOT, encode(fact))
            head = link(head, record)
            if n % 10 == 9:
                record = replace(record, sig=identity.sign(head))
            made.append(record)
            kept.append(to_row(store, device, record, head, NOW_MS))
        bodies.append(compress(msgspec.json.encode(pack(store, before, head, made))))
        rows.append(kept)
    return Log(identity, bodies, rows)


def _fact(device: str, number: int) -> Fact:
    payload = f'{{"chain":"event","code":"C10","device":"{device}","number":{number},"previous":"{_text(number)}"}}'
    stamp = FiscalStamp(chain="event", number=number, payload=payload, signature=_text(-number), key="k1")
    return FiscalEventRecorded(code="C10", stamp=stamp)


def _text(number: int) -> str:
    """As long as a signature, and as hard to compress."""
    return base64.urlsafe_b64encode(BOOT + (number * 0x9E3779B97F4A7C15 % 2**384).to_bytes(48, "big")).decode()
