"""Rows of the feed that aren't promotions."""

import pytest

from retail.errors import Refused
from retail.promotions import Promotion


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gift"},
        {"kind": "percent"},
        {"kind": "percent", "value_bp": 10_001},
        {"kind": "amount"},
        {"kind": "bundle", "minor": 5},
        {"kind": "n_for_m", "qty": 3, "pay": 3},
        {"kind": "n_for_m", "qty": 3},
        {"kind": "cheapest", "value_bp": 5000},
        {"kind": "mix", "minor": 5},
        {"kind": "mix", "minor": 5, "value_bp": 5, "components": [{"qty": 1}]},
        {"kind": "mix", "minor": 5, "components": [{"qty": 0}]},
        {"kind": "threshold"},
        {"kind": "threshold", "steps": [{"min_minor": 1}]},
        {"kind": "threshold", "steps": [{"off_minor": 1}]},
        {"kind": "percent", "value_bp": 5, "since": 5, "until": 5},
        {"kind": "percent", "value_bp": "5"},
        {"kind": "percent", "value_bp": 5, "scope": {"gtins": "a"}},
    ],
)
def test_rows_that_break_a_rule(fields: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        Promotion.from_row({"id": "p", "label": {}, **fields})
    assert refused.value.reason == "bad_row"
