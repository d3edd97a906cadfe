"""What an error of the database shows: the statement and the cause, never the values of the row."""

import traceback

import pytest
from sqlalchemy import CheckConstraint, Column, Engine, MetaData, String, Table, insert
from sqlalchemy.exc import IntegrityError

from sync.storage.engine import writing

NOTE = "Madame Planted, rue des Lilas"
people = Table(
    "people_of_a_test",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("note", String, CheckConstraint("note <> id")),
    Column("shop", String, nullable=False),
)


@pytest.mark.parametrize(
    "row",
    [
        {"id": NOTE, "note": "", "shop": "LYO1"},
        {"id": "2", "note": NOTE, "shop": None},
        {"id": f"{NOTE}.", "note": f"{NOTE}.", "shop": "LYO1"},
    ],
    ids=["twice", "null", "check"],
)
def test_the_error_of_a_constraint_does_not_hold_the_row(engine: Engine, row: dict[str, str | None]) -> None:
    with writing(engine) as conn:
        people.create(conn)
        conn.execute(insert(people).values(id=NOTE, note="", shop="LYO1"))
    with pytest.raises(IntegrityError) as caught, writing(engine) as conn:
        conn.execute(insert(people).values(**row))
    said = "".join(traceback.format_exception(caught.value))
    assert "people_of_a_test" in str(caught.value)
    assert "constraint" in str(caught.value).lower()
    assert NOTE not in str(caught.value) + repr(caught.value) + said
