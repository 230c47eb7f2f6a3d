"""The queue of renders: gives jobs to the worker while it has room, and books what comes back."""

import asyncio
import logging
import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from melfusion.catalogue import find
from melfusion.request import RenderRequest, RequestError

from . import protocol
from .clips import Clips
from .jobs import USUAL_STEPS, Asker, Job, Jobs, State
from .worker_host import RenderCancelledError, WorkerHost, WorkerLostError, WorkerState

MOST_WAITING = 200
TRIES = 2
"""How often a job is given to a worker that dies of it."""

logger = logging.getLogger(__name__)

Publish = Callable[..., None]
"""Sends an event to every subscriber, and to the askers named after it."""

Answer = Callable[[protocol.Message, Asker], None]
"""Sends a message to one asker."""


class Renders:
    """Takes render requests, and has as many rendered at a time as the worker has places for.

    Args:
        jobs: all jobs.
        clips: where finished loops are kept.
        worker: who renders.
        publish: how events are sent.
        answer: how one asker is told something.
    """

    def __init__(
        self, jobs: Jobs, clips: Clips, worker: WorkerHost, publish: Publish, answer: Answer
    ) -> None:
        self._jobs = jobs
        self._clips = clips
        self._worker = worker
        self._publish = publish
        self._answer = answer
        self._wake = asyncio.Event()
        self._due_s: dict[str, float] = {}
        self._lost: Counter[str] = Counter()
        self._ends: dict[str, asyncio.Future[Job]] = {}

    def ask(
        self, job_id: str, request: RenderRequest, *askers: Asker, due_s: float = math.inf
    ) -> str:
        """Queues a render, or joins the job of that id; the askers are told at once.

        Args:
            job_id: chosen by who asks; empty for a new one.
            request: what is asked for.
            askers: who is told and answered; nobody where the server asks for itself.
            due_s: when it should be finished, of time.monotonic(); what is due first comes first.

        Returns:
            The job's id.

        Raises:
            RequestError: the id is another request's, or too many wait.
            sqlite3.Error: the job cannot be kept.
        """
        job = self._jobs.get(job_id)
        if job is None:
            if len(self._jobs.waiting()) >= MOST_WAITING:
                raise RequestError("job", f"{MOST_WAITING} jobs wait already: try again later")
            job_id = job_id or secrets.token_hex(8)
            job = self._jobs.add(job_id, request, *askers, usual_steps=self.steps(request.model))
            self._due_s[job.id] = due_s
            logger.info("job %s is queued", job.id)
            self._publish(job.event, *askers)
            self._wake.set()
            return job.id
        if RenderRequest(**job.options) != request:
            raise RequestError("job", f"{job_id} is the id of another request: choose a new one")
        for asker in askers:
            if asker not in job.askers:
                job = self._jobs.save(replace(job, askers=(*job.askers, asker)))
            self._answer(job.event, asker)
            if job.ended:
                self._answer(self._outcome(job, asker), asker)
        return job.id

    def retry(self, job_id: str, asker: Asker) -> None:
        """Queues a job once more that failed or was cancelled; any other is joined.

        Raises:
            RequestError: there is no such job, or too many wait.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise RequestError("job", f"{job_id} is unknown")
        if job.state not in (State.FAILED, State.CANCELLED):
            self.ask(job_id, RenderRequest(**job.options), asker)
            return
        if len(self._jobs.waiting()) >= MOST_WAITING:
            raise RequestError("job", f"{MOST_WAITING} jobs wait already: try again later")
        # Those who asked before have had their answer.
        job = self._jobs.save(replace(job.to(State.QUEUED), askers=(asker,), reason=""))
        logger.info("job %s is queued once more", job.id)
        self._publish(job.event, asker)
        self._wake.set()

    def steps(self, model: str = "") -> int:
        """Denoising steps of a render where none are asked for.

        Args:
            model: as a request names it; empty is the worker's own.
        """
        known = find(model)
        return known.steps if known else self._worker.steps or USUAL_STEPS

    def ahead_s(self, due_s: float = math.inf) -> float:
        """How long what is under way, and what waits and is due no later, will go on taking."""
        ahead_s = 0.0
        for job in self._jobs.pending():
            if job.state is State.RENDERING:
                ahead_s += job.expected_s * (1 - job.progress)
            elif self._due(job) <= due_s:
                ahead_s += job.expected_s
        return ahead_s / max(1, self._worker.places)

    def not_due(self, job_id: str) -> None:
        """Takes it that nobody waits for a job any more: others come first."""
        self._due_s.pop(job_id, None)

    async def end_of(self, job_id: str) -> Job:
        """The job as it is when it has ended.

        Raises:
            RequestError: there is no such job.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise RequestError("job", f"{job_id} is unknown")
        if job.ended:
            return job
        end = self._ends.setdefault(job_id, asyncio.get_running_loop().create_future())
        return await asyncio.shield(end)

    def cancel(self, job_id: str) -> None:
        """Stops a job: at once when it is queued, within one step when it is being rendered.

        Raises:
            RequestError: there is no such job, or it has ended otherwise.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise RequestError("job", f"{job_id} is unknown")
        if job.state is State.QUEUED:
            self._end(job, State.CANCELLED, "job: it was cancelled")
        elif job.state is State.RENDERING:
            self._worker.cancel(job_id)
        elif job.state is not State.CANCELLED:
            raise RequestError("job", f"{job_id} is {job.state} already")

    async def run(self) -> None:
        """Renders what is queued, for ever; what is due first is begun first."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                if not self._jobs.waiting():
                    self._wake.clear()
                    await self._wake.wait()
                await self._worker.settled()
                # Only now, for others may have come, or these been cancelled, while this waited.
                first = min(self._jobs.waiting(), key=self._due, default=None)
                if first is None:
                    continue
                with self._ending_if_faulty(first):
                    if self._worker.state is WorkerState.DOWN:
                        reason = f"worker: it cannot start: {self._worker.trouble}"
                        self._end(first, State.FAILED, reason)
                    else:
                        under_way.create_task(self._book(*self._begin(first)))

    def _begin(self, job: Job) -> "tuple[Job, asyncio.Future[dict[str, Any]]]":
        """Gives a job to the worker."""
        expected_s = self._jobs.expected_s(job.cost, job.options.get("model", ""))
        job = self._change(job, State.RENDERING, expected_s=expected_s)
        folder = self._clips.folder
        return job, self._worker.render(job.id, job.options, folder, self._progress(job.id))

    async def _book(self, job: Job, rendering: "asyncio.Future[dict[str, Any]]") -> None:
        """Waits for what becomes of a render, and keeps it."""
        began = time.monotonic()
        with self._ending_if_faulty(job):
            try:
                recipe = await rendering
            except RenderCancelledError:
                self._end(self._now(job), State.CANCELLED, "job: it was cancelled")
            except RequestError as error:
                self._end(self._now(job), State.FAILED, str(error))
            except WorkerLostError as lost:
                self._lose(self._now(job), lost)
            else:
                self._finish(self._now(job), recipe, time.monotonic() - began)

    @contextmanager
    def _ending_if_faulty(self, job: Job) -> Iterator[None]:
        """Fails a job that meets a fault of ours: it must not come up again at every start."""
        try:
            yield
        except Exception:
            logger.exception("job %s met a fault", job.id)
            job = self._now(job)
            if not job.ended:
                self._end(job, State.FAILED, "server: it met a fault of its own; its log says more")

    def _lose(self, job: Job, lost: WorkerLostError) -> None:
        """Queues a job once more that a worker died of."""
        self._lost[job.id] += 1
        if self._lost[job.id] < TRIES:
            self._change(job, State.QUEUED)
            self._wake.set()
        else:
            self._end(job, State.FAILED, f"worker: it died of this job: {lost}")

    def _progress(self, job_id: str) -> Callable[[str, float], None]:
        def on_progress(stage: str, fraction: float) -> None:
            self._publish(self._jobs.note_progress(job_id, stage, fraction).event)

        return on_progress

    def _finish(self, job: Job, recipe: dict[str, Any], seconds: float) -> None:
        # A loop that was there already keeps what is known of it, and says nothing of how long
        # the next one takes.
        path = Path(recipe["path"])
        known = self._clips.get(recipe["id"])
        was_there = known is not None and known.path == path
        clip = known if known and was_there else self._clips.add(path, recipe)
        changes = {
            "clip": clip.id,
            "model": str(recipe["model"]),
            "seconds": seconds if recipe["timings"] else None,
        }
        logger.info("job %s is done in %.1f s: %s", job.id, seconds, clip.path)
        self._publish(clip.event, *job.askers)
        self._conclude(self._change(job, State.DONE, **changes))

    def _end(self, job: Job, state: State, reason: str) -> None:
        reason = reason[: protocol.REASON_LONGEST]
        logger.info("job %s is %s: %s", job.id, state, reason)
        self._conclude(self._change(job, state, reason=reason))

    def _conclude(self, job: Job) -> None:
        self._due_s.pop(job.id, None)
        self._lost.pop(job.id, None)
        for asker in job.askers:
            self._answer(self._outcome(job, asker), asker)
        if end := self._ends.pop(job.id, None):
            end.set_result(job)

    def _due(self, job: Job) -> float:
        return self._due_s.get(job.id, math.inf)

    def _change(self, job: Job, state: State, **changes: Any) -> Job:
        job = self._jobs.save(job.to(state, **changes))
        self._publish(job.event)
        return job

    def _now(self, job: Job) -> Job:
        """The job as it is now: more may ask for it while it is rendered."""
        return self._jobs.get(job.id) or job

    def _outcome(self, job: Job, asker: Asker) -> protocol.Reply:
        if job.state is not State.DONE:
            return protocol.Fail(asker.id, protocol.Render.address, job.reason)
        clip = self._clips.get(job.clip)
        if clip is None:
            reason = f"job: its clip {job.clip} has been taken out of the library: choose a new id"
            return protocol.Fail(asker.id, protocol.Render.address, reason)
        return protocol.Rendered(asker.id, protocol.Render.address, clip.id, str(clip.path))
