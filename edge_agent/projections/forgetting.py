"""Where units were seen that are customers' by now: written by a release, or under a setting, that still kept it."""

import structlog
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import SQLAlchemyError

from edge_agent.projections.tables import SEEN, SOLD
from sync.storage.transactions import writing

log = structlog.get_logger(__name__)


def forget_sold(engine: Engine) -> None:
    """Delete it. A database that can't write right now keeps nobody from starting: the next start tries again."""
    try:
        with writing(engine) as conn:
            gone = conn.execute(delete(SEEN).where(SEEN.c.unit.in_(select(SOLD.c.key)))).rowcount
    except SQLAlchemyError as error:
        log.warning("places of sold units not forgotten", reason=str(error))
        return
    if gone:
        log.info("places of sold units forgotten", units=gone)
