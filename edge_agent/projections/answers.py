"""Answers to commands, kept so that the same command id gets the same answer and is done once."""

import msgspec
from sqlalchemy import Connection, insert, select

from edge_agent.messages import Answer, Json
from edge_agent.projections.tables import COMMANDS


def stored_answer(conn: Connection, command: str) -> Answer | None:
    """The answer that this command was given before."""
    row = conn.execute(select(COMMANDS.c.status, COMMANDS.c.body).where(COMMANDS.c.id == command)).first()
    return None if row is None else Answer(row.status, msgspec.json.decode(row.body, type=Json))


def keep_answer(conn: Connection, command: str, answer: Answer, now: int) -> None:
    """Keep an answer in the commit of what it tells."""
    body = msgspec.json.encode(answer.body).decode()
    conn.execute(insert(COMMANDS).values(id=command, status=answer.status, body=body, at=now))
