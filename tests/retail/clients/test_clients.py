"""Known customers: rows, consent, points, suggestions."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from retail.clients.consent import change, may_contact, overdue
from retail.clients.loyalty import Programme, balance
from retail.clients.profile import Profile
from retail.clients.recommend import BoughtTogether, suggest
from retail.errors import Refused
from retail.facts import Tendered
from tests.support.retail_builders import NOW, a_sale, gtin

ROW = {
    "id": "k1", "name": "Zoé Martin", "tier": "gold", "points": 120, "size": "M", "email": "z@example.org", "phone": "",
    "consents": {"email": True, "sms": False}, "wishes": [gtin(3)],
    "notes": [{"id": "n", "at": NOW, "by": "anne", "text": "likes wool"}],
    "purchases": [{"at": NOW, "number": "LYO1-T1-000001", "gtin": gtin(1), "qty": 1, "minor": 1999, "store": "LYO1"},
                  {"at": NOW, "number": "LYO1-T1-000002", "gtin": gtin(1), "qty": -1, "minor": -1999, "store": "LYO1"}],
}  # fmt: skip


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def test_a_whole_row() -> None:
    profile = Profile.from_row(ROW, version=3)
    assert (profile.for_basket().tier, profile.spent_minor, profile.notes[0].text) == ("gold", 0, "likes wool")
    assert may_contact(profile.consents, "email")
    assert not may_contact(profile.consents, "sms")
    assert not may_contact(profile.consents, "post")


@pytest.mark.parametrize("fields", [{"id": ""}, {"points": -1}, {"wishes": "x"}, {"notes": [{}]}, {"purchases": [5]}])
def test_rows_that_break_a_rule(fields: dict[str, object]) -> None:
    assert refused(lambda: Profile.from_row({**ROW, **fields})) == "bad_row"


def test_consent_changes_only_when_it_changes() -> None:
    consents = Profile.from_row(ROW).consents
    assert change("k1", consents, "sms", True, seen=3, by="anne").given
    assert change("k1", consents, "post", False, seen=3, by="anne").channel == "post"
    assert refused(lambda: change("k1", consents, "email", True, seen=3, by="anne")) == "no_change"


def test_three_years_after_the_last_contact() -> None:
    assert not overdue(NOW, NOW + 3 * 365 * 86_400_000)
    assert overdue(NOW, NOW + 3 * 365 * 86_400_000 + 1)


def test_points() -> None:
    programme, sale = Programme(), a_sale(1999)
    assert (programme.earned(sale), programme.earned(sale, "gold")) == (19, 29)
    back = replace(sale, total_minor=-1999)
    assert programme.earned(back) == -19
    assert balance([sale, back, back], programme) == 0
    assert programme.earned(replace(sale, training=True)) == 0
    assert programme.earned(replace(sale, tenders=(Tendered(kind="points", minor=1000),))) == 9
    assert programme.worth(100) == 500
    assert refused(lambda: programme.worth(99)) == "too_few_points"


def test_tiers() -> None:
    programme = Programme()
    assert [programme.tier(spent).name for spent in (0, 49_999, 50_000, 200_000)] == [
        "bronze",
        "bronze",
        "silver",
        "gold",
    ]
    assert (programme.to_next(40_000), programme.to_next(200_000)) == (10_000, 0)


def test_what_is_often_bought_together() -> None:
    model = BoughtTogether()
    for basket in (["a", "b"], ["a", "b", "c"], ["a", "c"], ["b", "d"]):
        model.learn(basket)
    stock = {"b": 1, "c": 5, "d": 0}
    found = suggest(model, ["a"], sellable=stock)
    assert [(one.gtin, one.because) for one in found] == [("c", "a"), ("b", "a")]
    assert suggest(model, ["a"], sellable=stock, leave_out=["c"], limit=1)[0].gtin == "b"
    assert suggest(model, ["unknown"], sellable=stock) == []
    assert model.similarity("a", "d") == 0.0
