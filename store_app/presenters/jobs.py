"""Names of jobs: ``owner.name#number``, so that a result finds its presenter and its meaning."""

from collections.abc import Callable
from itertools import count as counter

from store_app.presenters.base import Job

_numbers = counter(1)


def new_job(name: str, work: Callable[[], object], *, writes: bool = True) -> Job:
    """A job of its own number; ``name`` is ``owner.name``."""
    return Job(f"{name}#{next(_numbers)}", work, writes)


def owner_of(job_id: str) -> str:
    """The name of the presenter that a job belongs to."""
    return job_id.partition(".")[0]


def job_name(job_id: str) -> str:
    """What the presenter called its job."""
    return job_id.partition(".")[2].partition("#")[0]
