"""What the books say, held against the truth: sirens are right or wrong, a notice without one is neither."""

from installer.demo.findings import Fact, Findings, _gate
from installer.demo.truth import Truth

PAID, STOLEN = "09521000001077.1", "09521000001077.2"


def raised(unit: str, *, siren: bool) -> Fact:
    body = {"alarm": unit, "gate": "entree", "reader": "portique", "unit": unit, "gtin": unit[:14], "siren": siren}
    return Fact("LYO1-A", 1, "gate.alarm_raised", 0, body)


def found(*facts: Fact) -> Findings:
    truth, findings = Truth(), Findings()
    truth.left(PAID, 1, paid=True)
    truth.left(STOLEN, 2, paid=False)
    _gate(findings, truth, list(facts))
    return findings


def test_a_siren_for_what_was_stolen_is_right() -> None:
    day = found(raised(STOLEN, siren=True))
    assert (day.alarms_right, day.alarms_wrong, day.notices, day.wrong) == (1, 0, 0, [])


def test_a_siren_for_what_was_paid_is_a_fault_of_the_day() -> None:
    day = found(raised(STOLEN, siren=True), raised(PAID, siren=True))
    assert (day.alarms_right, day.alarms_wrong) == (1, 1)
    assert day.wrong == [f"{PAID} was paid and raised an alarm"]


def test_a_notice_while_a_till_was_not_heard_is_no_false_alarm() -> None:
    day = found(raised(STOLEN, siren=True), raised(PAID, siren=False))
    assert (day.alarms_wrong, day.notices, day.wrong) == (0, 1, [])


def test_a_theft_of_which_only_a_notice_was_given_is_one_without_an_alarm() -> None:
    assert found(raised(STOLEN, siren=False)).wrong == [f"{STOLEN} was stolen and no alarm was raised"]
