"""Approval: somebody else's PIN or badge allows what the person at the till may not do alone."""

from collections.abc import Callable

from retail.facts import Approver
from retail.staff import Permission, Person, decide, may_approve
from store_app.presenters.base import Effect, Failed
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import Confirm, DismissDialog, PadKey, Scanned
from store_app.presenters.jobs import new_job
from store_app.presenters.pad import Pad
from store_app.presenters.screen import failure
from store_app.presenters.texts import _, clock_time
from store_app.presenters.views import Action, ApprovalView, Chip, Fact, Tone

PIN_LENGTH = 4

Granted = Callable[[Approver], list[Effect]]


def with_permission(
    desk: Desk,
    permission: Permission,
    subject: str,
    title: str,
    facts: tuple[Fact, ...],
    granted: Callable[[Approver | None], list[Effect]],
) -> list[Effect]:
    """Do it at once, ask for an approval first, or refuse, as the person's role says."""
    if desk.person is None:
        return [refused("not_permitted")]
    answer = decide(desk.person, permission)
    if answer == "refused":
        return [refused("not_permitted")]
    if answer == "allowed":
        return granted(None)
    return desk.ask(ApprovalDialog(desk, permission, subject, title, facts, granted))


class ApprovalDialog:
    """Takes a PIN or a badge of somebody who may; five wrong PINs lock out the person who asked."""

    takes_scans = True

    def __init__(
        self, desk: Desk, permission: Permission, subject: str, title: str, facts: tuple[Fact, ...], granted: Granted
    ) -> None:
        self.closed = False
        self._desk = desk
        self._permission = permission
        self._subject = subject
        self._title = title
        self._facts = facts
        self._granted = granted
        self._pad = Pad(PIN_LENGTH)
        self._message: Chip | None = None
        self._busy = False
        self._asked = ""
        """the job that checks a PIN for this very dialog"""

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case DismissDialog():
                self.closed = True
            case Scanned(text):
                return self._badge(text)
            case PadKey("enter") | Confirm() if self._pad.digits:
                return self._check()
            case PadKey(key) if not self._busy:
                self._message = None
                self._pad.press(key)
                if len(self._pad.digits) == PIN_LENGTH:
                    return self._check()
        return []

    def _approvers(self) -> list[Person]:
        asked_by = self._desk.person
        if asked_by is None:
            return []
        return [one for one in self._desk.shelves.people() if may_approve(one, asked_by, self._permission)]

    def _badge(self, text: str) -> list[Effect]:
        for person in self._approvers():
            if person.badge and person.badge == text:
                return self._grant(Approver(staff=person.id, means="badge"))
        self._message = Chip(_("This badge may not approve that"), Tone.BAD)
        return []

    def _check(self) -> list[Effect]:
        if self._busy:
            return []
        pin, approvers, check = self._pad.digits, self._approvers(), self._desk.services.check_pin
        till, asked_by, now = self._desk.services.till, self._desk.staff_id, self._desk.now
        self._pad.clear()
        self._busy = True

        def work() -> object:
            tries = till.tries_of(asked_by)
            if tries.locked(now):
                return tries
            for person in approvers:
                if person.pin and check(person.pin, pin):
                    return person
            return till.wrong_pin(asked_by)

        job = new_job("dialog.pin", work)
        self._asked = job.id
        return [job]

    def done(self, job_id: str, result: object) -> list[Effect]:
        """The PIN was checked; what was checked for a dialog before this one allows nothing here."""
        if job_id != self._asked:
            return [failure(result.error)] if isinstance(result, Failed) else []
        self._busy = False
        if isinstance(result, Failed):
            return [failure(result.error)]
        if isinstance(result, Person):
            return self._grant(Approver(staff=result.id))
        return self._wrong(result)

    def _wrong(self, tries: object) -> list[Effect]:
        until = getattr(tries, "locked_until", 0)
        if until > self._desk.now:
            self._message = Chip(_("Too many wrong PINs: locked until {time}", time=clock_time(until)), Tone.BAD)
        else:
            self._message = Chip(_("Wrong PIN, or not allowed to approve this"), Tone.BAD)
        return []

    def _grant(self, approver: Approver) -> list[Effect]:
        self.closed = True
        till, permission, asked_by = self._desk.services.till, self._permission, self._desk.staff_id
        subject = self._subject
        job = self._desk.write("approve", lambda: till.approve(permission, approver, asked_by, subject))
        return [job, *self._granted(approver)]

    @property
    def view(self) -> ApprovalView:
        names = ", ".join(person.name for person in self._approvers())
        return ApprovalView(
            title=self._title,
            text=_("Somebody else must allow this with a PIN or badge."),
            facts=self._facts,
            hint=_("Can be allowed by: {names}", names=names) if names else _("Nobody here may allow this."),
            filled=len(self._pad.digits),
            length=PIN_LENGTH,
            message=Chip(_("Checking…")) if self._busy else self._message,
            primary=Action(_("Approve"), Confirm(), "check", "Return", enabled=bool(self._pad) and not self._busy),
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )
