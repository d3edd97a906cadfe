"""The fiscal record of France: CGI art. 286-I-3° bis, BOI-TVA-DECLA-30-10-30.

Inalterability by chains of signed documents, security by ES256 with the till's own key, conservation by
closings (day, month, year; period, perpetual and perpetual-absolute totals per rate), archiving in an open
format. Event codes are those that certified vendors publish; our own begin with ``C``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from retail.errors import Refused
from retail.facts import FiscalStamp, PeriodClosed
from retail.fiscal import archive as archives
from retail.fiscal.chain import Chain, Head, Signer, Verdict, Verify, append, head_of, verify_chain
from retail.fiscal.closings import (
    Amounts,
    FiscalState,
    Period,
    PeriodKind,
    check_open,
    count_ticket,
    overdue,
    period_key,
)
from retail.fiscal.record import Data, Document, Moment, Register, Ticket

NAME: Final = "comptoir-fr"
VERSION: Final = "1.0.0"
PERIMETER: Final = (
    "retail/fiscal/__init__.py",
    "retail/fiscal/archive.py",
    "retail/fiscal/chain.py",
    "retail/fiscal/closings.py",
    "retail/fiscal/france.py",
    "retail/fiscal/record.py",
    "retail/fiscal/totals.py",
    "retail/fiscal/verifier.py",
)
"""the source files whose change is a change of this module's version"""

EVENTS: Final[dict[str, str]] = {
    "20": "Archive d'un mois",
    "30": "Archive d'un exercice",
    "40": "Fin de session d'une personne",
    "50": "Clôture de jour ou de mois",
    "60": "Clôture d'exercice",
    "80": "Ouverture de session d'une personne",
    "90": "Échec de vérification d'une chaîne de signatures",
    "170": "Comptage du tiroir-caisse",
    "190": "Retour d'un article",
    "240": "Modification des données de l'assujetti",
    "260": "Initialisation du journal des événements",
    "320": "Abandon d'une vente",
    "910": "Montant sans article sur un ticket",
    "C10": "Ouverture du tiroir sans vente",
    "C20": "Autorisation donnée par une autre personne",
    "C30": "Changement de version du module fiscal",
    "C40": "Horloge reculée ou avancée",
    "C50": "Début du travail hors ligne",
    "C51": "Fin du travail hors ligne",
    "C60": "Début du mode école",
    "C61": "Fin du mode école",
    "C70": "Reprise d'une autre caisse",
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a country's module can do and asks for."""

    country: str
    module: str
    version: str
    algorithm: str
    needs_network: bool
    training_chain: bool
    signs_before_print: bool
    chains: tuple[Chain, ...]
    closings: tuple[PeriodKind, ...]


def module_hash(read: Callable[[str], bytes]) -> str:
    """SHA-256 over the module's source files, each with its name and length; ``read`` gives a file's bytes."""
    digest = sha256()
    for name in PERIMETER:
        content = read(name)
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class France:
    """The French module for one till. It keeps no state: every call takes one and gives the next back."""

    register: Register
    signer: Signer
    hash: str = ""
    year_starts: int = 1

    def capabilities(self) -> Capabilities:
        """What this module can do."""
        return Capabilities(
            country="FR",
            module=NAME,
            version=VERSION,
            algorithm="ES256",
            needs_network=False,
            training_chain=True,
            signs_before_print=True,
            chains=("ticket", "invoice", "payment_proof", "copy", "closing", "event", "archive", "training"),
            closings=("day", "month", "year"),
        )

    def sign(
        self, state: FiscalState, document: Document, at: Moment, *, chain: Chain | None = None
    ) -> tuple[FiscalStamp, FiscalState]:
        """Sign a document. A ticket counts towards the totals unless it is for training.

        Refused: ``period_closed``, ``day_overdue`` (close it with :meth:`close_overdue` first).
        """
        if not isinstance(document, Ticket):
            return self._append(state, chain or "payment_proof", document.document(), at)
        if document.training:
            return self._append(state, "training", {**document.document(), "mode": "école"}, at)
        check_open(state, document.business_date, self.year_starts)
        kind: Chain = chain or "ticket"
        number = state.head(kind).number + 1 if kind == "ticket" else 0
        entries = [
            (line.rate, Amounts(line.net_minor, line.tax_minor, line.net_minor + line.tax_minor))
            for line in document.lines
        ]
        counted = count_ticket(state, document.business_date, number, entries, self.year_starts)
        body = {
            **document.document(),
            "perpetual_minor": counted.perpetual.gross,
            "perpetual_absolute_minor": counted.perpetual_absolute.gross,
        }
        return self._append(counted, kind, body, at)

    def copy(
        self, state: FiscalState, original: FiscalStamp, copy_number: int, reason: str, by: str, at: Moment
    ) -> tuple[FiscalStamp, FiscalState]:
        """Sign a reprint. ``copy_number`` counts up from 1 per original. Refused: ``needs_reason``, ``bad_copy``."""
        if not reason.strip():
            raise Refused("needs_reason", "a copy needs a reason")
        if copy_number < 1:
            raise Refused("bad_copy", "copies count from 1")
        body = {
            "original_chain": original.chain,
            "original_number": original.number,
            "original_signature": original.signature,
            "copy_number": copy_number,
            "reason": reason,
            "by": by,
        }
        return self._append(state, "copy", body, at)

    def event(
        self, state: FiscalState, code: str, by: str, at: Moment, data: Data | None = None
    ) -> tuple[FiscalStamp, FiscalState]:
        """Sign an entry of the event journal. Refused: ``unknown_event``."""
        if code not in EVENTS:
            raise Refused("unknown_event", f"no event code {code}")
        body = {"code": code, "label": EVENTS[code], "by": by, "data": dict(data or {})}
        return self._append(state, "event", body, at)

    def close(
        self, state: FiscalState, kind: PeriodKind, business_date: str, by: str, at: Moment
    ) -> tuple[list[PeriodClosed], FiscalState]:
        """Close the period that a business date lies in, and first the shorter ones still open in it.

        A period without tickets closes with zero totals. Refused (``period_closed``) if it is closed already.
        """
        key = period_key(kind, business_date, self.year_starts)
        if key <= state.closed.get(kind, ""):
            raise Refused("period_closed", f"{kind} {key} is closed", period=kind, key=key)
        closed: list[PeriodClosed] = []
        shorter: dict[PeriodKind, tuple[PeriodKind, ...]] = {"day": (), "month": ("day",), "year": ("day", "month")}
        for inner in shorter[kind]:
            if inner in state.open:
                fact, state = self._close(state, inner, state.open[inner].key, by, at)
                closed.append(fact)
        fact, state = self._close(state, kind, key, by, at)
        return [*closed, fact], state

    def close_overdue(
        self, state: FiscalState, business_date: str, by: str, at: Moment
    ) -> tuple[list[PeriodClosed], FiscalState]:
        """Close every open period that ended before a business date; nothing to do is an empty list."""
        closed: list[PeriodClosed] = []
        for kind in overdue(state, business_date, self.year_starts):
            fact, state = self._close(state, kind, state.open[kind].key, by, at)
            closed.append(fact)
        return closed, state

    def archive(
        self,
        state: FiscalState,
        stamps: Sequence[FiscalStamp],
        since: str,
        until: str,
        by: str,
        at: Moment,
        extra: Mapping[str, bytes] | None = None,
    ) -> tuple[dict[str, bytes], FiscalStamp, FiscalState]:
        """The files of an archive (JSON, CSV, notice, signature), their signed document, and the next state.

        ``extra`` files are packed and signed with them: the till's public key (``public.pem``) and the source of
        ``retail/fiscal/verifier.py`` (``verifier.py``), which checks an archive without this program.
        """
        module = f"{NAME} {VERSION} {self.hash}".strip()
        files = {**archives.contents(stamps, self.register, since, until, module=module), **(extra or {})}
        body = {
            "since": since,
            "until": until,
            "by": by,
            "documents": len(stamps),
            "files": {name: sha256(content).hexdigest() for name, content in files.items()},
        }
        stamp, state = self._append(state, "archive", body, at)
        return {**files, **archives.signature_files(stamp)}, stamp, state

    def verify(self, stamps: Iterable[FiscalStamp], verify: Verify, *, after: Head = Head()) -> Verdict:  # noqa: B008
        """Check a range of one chain; the verdict names the first bad document."""
        return verify_chain(stamps, verify, after=after)

    def _close(
        self, state: FiscalState, kind: PeriodKind, key: str, by: str, at: Moment
    ) -> tuple[PeriodClosed, FiscalState]:
        period = state.open.get(kind) or Period(key)
        ticket = state.head("ticket")
        body = {
            "period": kind,
            "period_key": key,
            "by": by,
            "totals": period.totals.document(),
            "total_minor": period.totals.gross,
            "absolute": period.absolute.document(),
            "perpetual": state.perpetual.document(),
            "perpetual_minor": state.perpetual.gross,
            "perpetual_absolute": state.perpetual_absolute.document(),
            "perpetual_absolute_minor": state.perpetual_absolute.gross,
            "documents": period.documents,
            "first_number": period.first_number,
            "last_number": period.last_number,
            "ticket_head": {"number": ticket.number, "signature": ticket.signature},
        }
        stamp, state = self._append(state, "closing", body, at)
        left = {name: one for name, one in state.open.items() if name != kind}
        state = replace(state, open=left, closed={**state.closed, kind: key})
        return PeriodClosed(period=kind, key=key, stamp=stamp), state

    def _append(
        self, state: FiscalState, chain: Chain, body: Mapping[str, object], at: Moment
    ) -> tuple[FiscalStamp, FiscalState]:
        document = {
            **body,
            **self.register.document(),
            "at": at.text,
            "at_ms": at.ms,
            "module": NAME,
            "module_version": VERSION,
            "module_hash": self.hash,
        }
        stamp = append(state.head(chain), chain, document, self.signer)
        return stamp, state.with_head(chain, head_of(stamp))
