"""Jobs: what was asked for, how far it is, and what came of it; kept through any crash.

Pure but for the SQLite table. Memory is what counts while the server runs, so that a full disk
stops nobody; the table is what the next start begins from.
"""

import json
import logging
import math
import sqlite3
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from melfusion import loop
from melfusion.request import RenderRequest

from .protocol import JobEvent

KEPT = 500
"""Jobs that have ended and are still known; what they gave stays in the library regardless."""

_HISTORY = 200
_SIMILAR = 9
USUAL_STEPS = 4
"""What `mini` takes where none are asked for."""

DONE_ONCE = 5
"""What a render does once, beside its denoising steps, takes as long as so many of mini's; of
larger models fewer, so that a render with few steps is expected to take too long rather than too
short."""

logger = logging.getLogger(__name__)


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
_NEXT = {
    State.QUEUED: {State.RENDERING, State.FAILED, State.CANCELLED},
    State.RENDERING: {State.QUEUED, *ENDED},
    State.FAILED: {State.QUEUED},
    State.CANCELLED: {State.QUEUED},
}


@dataclass(frozen=True)
class Asker:
    """Where the answer to a request goes."""

    host: str
    port: int
    id: int


@dataclass(frozen=True)
class Job:
    """One render, asked for once or more.

    Attributes:
        id: chosen by the client, or drawn.
        options: the fields of its RenderRequest.
        cost: what render time goes with, as `cost` says.
        askers: who is to be answered.
        state: where it stands.
        created: when it was asked for, in seconds since the Unix epoch.
        expected_s: how long the render takes, from past ones; 0 before there are any.
        progress: how much is done, 0 to 1.
        stage: what the worker is at.
        model: that rendered it.
        seconds: wall time of the render; None when nothing was measured.
        clip: the clip's id, when done.
        reason: why it failed or was cancelled.
    """

    id: str
    options: dict[str, Any]
    cost: float
    askers: tuple[Asker, ...]
    state: State
    created: float
    expected_s: float
    progress: float = 0.0
    stage: str = ""
    model: str = ""
    seconds: float | None = None
    clip: str = ""
    reason: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing can change any more."""
        return self.state in ENDED

    @property
    def event(self) -> JobEvent:
        """What subscribers are told of it."""
        return JobEvent(
            self.id, self.state, self.progress, self.expected_s, self.stage, self.clip, self.reason,
            self.options["part"], self.options["prompt"],
        )  # fmt: skip

    def to(self, state: State, **changes: Any) -> "Job":
        """The job in another state.

        Raises:
            ValueError: no job goes from this state to that one.
        """
        if state not in _NEXT.get(self.state, ()):
            raise ValueError(f"a job that is {self.state} cannot become {state}")
        begun = {"progress": 1.0 if state is State.DONE else 0.0, "stage": ""}
        return replace(self, state=state, **{**begun, **changes})


def cost(request: RenderRequest, usual_steps: int = USUAL_STEPS) -> float:
    """Parts * (steps + DONE_ONCE) * seconds of the loop.

    Args:
        request: what is to be rendered.
        usual_steps: what the model takes where none are asked for.
    """
    metre, steps = request.plan().metre, request.steps or usual_steps
    seconds = loop.seconds(request.bars, metre, request.bpm)
    return len(request.parts) * (steps + DONE_ONCE) * seconds


class Jobs:
    """All jobs, and their table. What was being rendered when the server died is queued again."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._jobs: dict[str, Job] = {}
        rows = database.execute("SELECT * FROM jobs ORDER BY rowid")
        names = [column[0] for column in rows.description]
        for row in rows.fetchall():
            job = _from_row(dict(zip(names, row, strict=True)))
            self._jobs[job.id] = job
        self._forget()

    def get(self, job_id: str) -> Job | None:
        """The job of that id, or None."""
        return self._jobs.get(job_id)

    def waiting(self) -> list[Job]:
        """Those that are queued, the oldest first."""
        return [job for job in self._jobs.values() if job.state is State.QUEUED]

    @property
    def busy(self) -> bool:
        """Whether any has not ended."""
        return any(not job.ended for job in self._jobs.values())

    def pending(self) -> list[Job]:
        """Those that have not ended."""
        return [job for job in self._jobs.values() if not job.ended]

    def recent(self, ended: int = 20) -> list[Job]:
        """Those that have not ended, and the last few that have."""
        return self.pending() + [job for job in self._jobs.values() if job.ended][-ended:]

    def add(
        self,
        job_id: str,
        request: RenderRequest,
        *askers: Asker,
        usual_steps: int = USUAL_STEPS,
    ) -> Job:
        """Keeps a new job, queued.

        Raises:
            sqlite3.Error: it cannot be kept.
        """
        price = cost(request, usual_steps)
        expected_s = self.expected_s(price, request.model)
        job = Job(job_id, asdict(request), price, askers, State.QUEUED, time.time(), expected_s)
        self._write(job)
        self._jobs[job.id] = job
        return job

    def save(self, job: Job) -> Job:
        """Keeps a job as it is now; of those that have ended, the newest."""
        self._jobs[job.id] = job
        try:
            self._write(job)
            if job.ended:
                self._forget()
        except sqlite3.Error as error:
            logger.error("job %s is not written down: %s", job.id, error)
        return job

    def note_progress(self, job_id: str, stage: str, progress: float) -> Job:
        """Keeps how far a job is, in memory alone: nothing of it matters after a crash."""
        job = self._jobs[job_id]
        job = replace(job, stage=stage, progress=max(job.progress, progress))
        self._jobs[job_id] = job
        return job

    def expected_s(self, price: float, model: str = "", quantile: float = 0.5) -> float:
        """How long a render of this cost takes, by the most similar past ones.

        Renders that were asked of the same model count, in the version that was used last, scaled
        by their cost.

        Args:
            price: the cost.
            model: as the request names it; empty is the worker's own.
            quantile: how many of the past ones took no longer: 0.5 is the median, 1 the slowest.

        Returns:
            Seconds; 0 when there are no past ones.
        """
        measured = "seconds NOT NULL AND ifnull(json_extract(options, '$.model'), '') = :model"
        rows = self._database.execute(
            f"SELECT cost, seconds FROM jobs WHERE {measured} AND model ="
            f" (SELECT model FROM jobs WHERE {measured} ORDER BY rowid DESC LIMIT 1)"
            f" ORDER BY rowid DESC LIMIT {_HISTORY}",
            {"model": model},
        ).fetchall()
        if not rows:
            return 0.0
        similar = sorted(rows, key=lambda row: abs(math.log(row[0] / price)))[:_SIMILAR]
        return float(np.quantile([seconds * price / past for past, seconds in similar], quantile))

    def _forget(self) -> None:
        """Forgets the oldest of those that have ended, beyond KEPT."""
        ended = [job.id for job in self._jobs.values() if job.ended]
        for job_id in ended[:-KEPT]:
            self._database.execute("DELETE FROM jobs WHERE id = ?", (job_id,))
            del self._jobs[job_id]

    def _write(self, job: Job) -> None:
        row = _to_row(job)
        self._database.execute(
            f"INSERT INTO jobs ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"
            " ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in row),
            row,
        )


def _to_row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "options": json.dumps(job.options),
        "cost": job.cost,
        "askers": json.dumps([[asker.host, asker.port, asker.id] for asker in job.askers]),
        "state": job.state.value,
        "created": job.created,
        "expected_s": job.expected_s,
        "model": job.model,
        "seconds": job.seconds,
        "clip": job.clip,
        "reason": job.reason,
    }


def _from_row(row: dict[str, Any]) -> Job:
    job = Job(
        **{
            **row,
            "options": json.loads(row["options"]),
            "askers": tuple(Asker(*asker) for asker in json.loads(row["askers"])),
            "state": State(row["state"]),
            "progress": 1.0 if row["state"] == State.DONE else 0.0,
        }
    )
    return job.to(State.QUEUED) if job.state is State.RENDERING else job
