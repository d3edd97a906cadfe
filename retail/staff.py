"""People of the store, their roles, and what each may do: allowed, needs somebody's approval, or refused."""

from dataclasses import dataclass
from typing import Final, Literal

from retail.errors import Refused
from retail.rows import Fields, Row

Role = Literal["cashier", "associate", "manager"]
Answer = Literal["allowed", "needs_approval", "refused"]
Permission = Literal[
    "sell",
    "discount",
    "discount_above_limit",
    "price_override",
    "take_back",
    "take_back_without_receipt",
    "void_line",
    "void_tender",
    "cancel_sale",
    "open_drawer",
    "cash_movement",
    "open_shift",
    "close_shift",
    "cash_difference",
    "close_period",
    "reprint",
    "hand_over",
    "hand_over_without_code",
    "pick",
    "count",
    "approve_count",
    "settle_alarm",
    "settle_payment",
    "client_edit",
    "devices",
    "training",
]

_ALLOWED: Answer = "allowed"
_ASK: Answer = "needs_approval"
_NO: Answer = "refused"

_RULES: Final[dict[Permission, tuple[Answer, Answer]]] = {
    "sell": (_ALLOWED, _ALLOWED),
    "discount": (_ALLOWED, _ALLOWED),
    "discount_above_limit": (_ASK, _ASK),
    "price_override": (_ASK, _ASK),
    "take_back": (_ALLOWED, _ALLOWED),
    "take_back_without_receipt": (_ASK, _ASK),
    "void_line": (_ALLOWED, _ALLOWED),
    "void_tender": (_ALLOWED, _ALLOWED),
    "cancel_sale": (_ALLOWED, _ALLOWED),
    "open_drawer": (_ASK, _NO),
    "cash_movement": (_ASK, _NO),
    "open_shift": (_ALLOWED, _NO),
    "close_shift": (_ALLOWED, _NO),
    "cash_difference": (_ASK, _NO),
    "close_period": (_ASK, _NO),
    "reprint": (_ALLOWED, _ALLOWED),
    "hand_over": (_ALLOWED, _ALLOWED),
    "hand_over_without_code": (_ASK, _ASK),
    "pick": (_ALLOWED, _ALLOWED),
    "count": (_ASK, _ALLOWED),
    "approve_count": (_NO, _ASK),
    "settle_alarm": (_ALLOWED, _ALLOWED),
    "settle_payment": (_ASK, _NO),
    "client_edit": (_ALLOWED, _ALLOWED),
    "devices": (_NO, _ASK),
    "training": (_ALLOWED, _ALLOWED),
}
"""for a cashier and an associate; a manager may do everything"""

TRIES = 5
LOCKED_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here; ``pin`` is a hash that only ``sync.identity`` can check."""

    id: str
    name: str
    role: Role
    pin: str = ""
    badge: str | None = None
    active: bool = True

    @classmethod
    def from_row(cls, row: Row) -> "Person":
        """A row of the feed ``staff``. Refused (``bad_row``) if it breaks a rule."""
        fields = Fields("staff", row)
        role: Role = fields.choice("role", ("cashier", "associate", "manager"))  # type: ignore[assignment]
        return cls(
            id=fields.text("id"),
            name=fields.text("name"),
            role=role,
            pin=fields.text("pin", ""),
            badge=fields.optional_text("badge"),
            active=fields.flag("active", True),
        )


def decide(person: Person, permission: Permission) -> Answer:
    """What a person may do alone."""
    if not person.active:
        return "refused"
    if person.role == "manager":
        return "allowed"
    cashier, associate = _RULES[permission]
    return cashier if person.role == "cashier" else associate


def may_approve(approver: Person, asked_by: Person, permission: Permission) -> bool:
    """Whether somebody may allow what another one may not do alone; nobody approves for themselves."""
    return approver.id != asked_by.id and decide(approver, permission) == "allowed"


def require(person: Person, permission: Permission, approver: Person | None = None) -> None:
    """Refused (``not_permitted``, ``needs_approval``) unless the person may, alone or with that approver."""
    answer = decide(person, permission)
    if answer == "allowed":
        return
    if answer == "refused":
        raise Refused("not_permitted", f"{person.role} may not: {permission}", permission=permission)
    if approver is None or not may_approve(approver, person, permission):
        raise Refused("needs_approval", f"somebody must approve: {permission}", permission=permission)


def discount_permission(list_minor: int, discount_minor: int, limit_bp: int) -> Permission:
    """Which permission a manual discount needs: above the limit (1/100 percent of the amount) it is the stricter."""
    return "discount_above_limit" if discount_minor * 10_000 > list_minor * limit_bp else "discount"


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs in a row of one person, and until when (ms UTC) the person is locked out."""

    wrong: int = 0
    locked_until: int = 0

    def locked(self, now: int) -> bool:
        """Whether no PIN is taken now."""
        return now < self.locked_until

    def after_wrong(self, now: int) -> "Tries":
        """After one more wrong PIN: the fifth locks for five minutes."""
        wrong = self.wrong + 1
        return Tries(0, now + LOCKED_MS) if wrong >= TRIES else Tries(wrong, self.locked_until)
