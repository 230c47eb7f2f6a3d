"""Keeps a render process: starts it, gives it jobs, cancels them, starts it again when it dies.

The two speak JSON, one object a line, over the worker's stdin and stdout:

    to the worker    {"type": "render", "job": ID, "options": {...}, "folder": DIR}
                     {"type": "cancel", "job": ID}
    from the worker  {"type": "ready", "model": NAME, "device": NAME, "steps": COUNT,
                      "places": COUNT}: how many renders it takes at a time; 1 where it does not say
                     {"type": "waiting", "reason": TEXT}: what it renders on is not there yet
                     {"type": "broken", "reason": TEXT}: it cannot start
                     {"type": "progress", "job": ID, "stage": NAME, "fraction": 0-1}
                     {"type": "finished", "job": ID, "clip": {...}}
                     {"type": "failed", "job": ID, "argument": NAME, "reason": TEXT}
                     {"type": "cancelled", "job": ID}
                     {"type": "lost", "job": ID, "reason": TEXT}: what rendered it has died

A render process has one place. The one that stands for a cluster (cluster/bridge.py) has those of
all machines, and says ready again whenever their number changes.

When the server dies, however it does, the worker reads the end of its stdin and ends as well.
"""

import asyncio
import json
import logging
import os
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from melfusion.request import RequestError

LONGEST_LINE = 1 << 20
LONGEST_BACK_OFF_S = 30.0
CANCEL_PATIENCE_S = 10.0
"""How long a worker may take to obey a cancel before it is killed."""

END_PATIENCE_S = 2.0
"""How long a worker may take to end when its stdin does, before it is killed."""

logger = logging.getLogger(__name__)
worker_logger = logging.getLogger("server.worker")


class WorkerState(StrEnum):
    """Where the render process stands."""

    STARTING = "starting"
    READY = "ready"
    RENDERING = "rendering"
    DOWN = "down"


class WorkerLostError(Exception):
    """The render process, or the machine of a cluster, died in the middle of a job."""


class RenderCancelledError(Exception):
    """The job was stopped because it was asked to be."""


class _BrokenError(Exception):
    """This life of the render process is over; the text says why."""


@dataclass
class _Task:
    """A job that the worker is at."""

    job: str
    on_progress: Callable[[str, float], None]
    result: "asyncio.Future[dict[str, Any]]"
    cancelled: bool = False


class WorkerHost:
    """The one render process of a server.

    Args:
        command: the command line that starts it.

    Attributes:
        trouble: why it is down, or what it waits for to start; or empty.
        places: how many renders it takes at a time.
        elsewhere: whether it renders on other machines, which have models of their own.
        model: the model's name, once it is loaded.
        device: what it renders on, once it is loaded.
        steps: denoising steps that it takes where none are asked for, once it is loaded.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.trouble = ""
        self.places = 1
        self.elsewhere = False
        self.model = ""
        self.device = ""
        self.steps = 0
        self._command = command
        self._process: Process | None = None
        self._tasks: dict[str, _Task] = {}
        self._phase = WorkerState.STARTING
        self._settled = asyncio.Event()

    @property
    def state(self) -> WorkerState:
        """Where the process stands."""
        if self._phase is WorkerState.READY and self._tasks:
            return WorkerState.RENDERING
        return self._phase

    @property
    def has_room(self) -> bool:
        """Whether it can take one more render."""
        return self._phase is WorkerState.READY and len(self._tasks) < self.places

    async def run(self) -> None:
        """Keeps the process alive until cancelled; tries one that cannot start ever more rarely."""
        back_off_s = 1.0
        while True:
            self._become(WorkerState.STARTING)
            try:
                await self._live()
            except _BrokenError as broken:
                if self._phase is WorkerState.STARTING:
                    logger.error("the worker cannot start: %s", broken)
                    self._become(WorkerState.DOWN, str(broken))
                    await asyncio.sleep(back_off_s)
                    back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
                    continue
                logger.warning("the worker is lost: %s", broken)
                self._lose_tasks(str(broken))
            back_off_s = 1.0

    async def settled(self) -> None:
        """Waits until the worker has room for a job, or a start has broken.

        A broken start is told once: whoever comes next waits for the next start.
        """
        await self._settled.wait()
        if self._phase is WorkerState.DOWN:
            self._settled.clear()

    def render(
        self,
        job: str,
        options: dict[str, Any],
        folder: Path,
        on_progress: Callable[[str, float], None],
    ) -> "asyncio.Future[dict[str, Any]]":
        """Has one loop rendered; only while it `has_room`, which this may take at once.

        Args:
            job: the job's id.
            options: the fields of its RenderRequest.
            folder: where the WAV goes.
            on_progress: called with the stage and the fraction that is done, 0 to 1.

        Returns:
            What will be the clip, as RenderedLoop.as_dict gives it, or raises
            RequestError: it cannot be rendered as asked;
            RenderCancelledError: `cancel` was called;
            WorkerLostError: what rendered it died.
        """
        assert self.has_room, self.state
        task = _Task(job, on_progress, asyncio.get_running_loop().create_future())
        task.result.add_done_callback(lambda _: self._forget(task))
        self._tasks[job] = task
        self._note_room()
        self._tell({"type": "render", "job": job, "options": options, "folder": str(folder)})
        return task.result

    def cancel(self, job: str) -> None:
        """Stops `job` if the worker is at it; a worker that does not obey in time is killed."""
        task = self._tasks.get(job)
        if task and not task.cancelled:
            task.cancelled = True
            self._tell({"type": "cancel", "job": job})
            asyncio.get_running_loop().call_later(CANCEL_PATIENCE_S, self._kill_if_at, task)

    async def _live(self) -> None:
        """One life of the process: until it breaks, or this is cancelled."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                limit=LONGEST_LINE,
                env=environment(),
                # Out of the terminal's group: a Ctrl-C there is for the server alone to act on.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise _BrokenError(f"{self._command[0]} cannot be run: {error.strerror}") from None
        self._process = process
        log = asyncio.create_task(_log_lines(process))
        try:
            await self._listen(process)
        finally:
            await ended(process)
            await log
        raise _BrokenError(f"it ended with status {process.returncode}")

    async def _listen(self, process: Process) -> None:
        assert process.stdout
        try:
            async for line in process.stdout:
                self._receive(json.loads(line))
        except ValueError as error:
            raise _BrokenError(f"it said what is no message: {error}") from None

    def _receive(self, message: Any) -> None:
        match message:
            case {
                "type": "ready", "model": str(model), "device": str(device), "steps": int(steps)
            }:  # fmt: skip
                self.model, self.device, self.steps = model, device, steps
                self.places, self.elsewhere = int(message.get("places", 1)), "places" in message
                self._become(WorkerState.READY)
                at_once = f", {self.places} at a time" if self.places > 1 else ""
                logger.info("the worker is ready: %s on %s%s", model, device, at_once)
            case {"type": "waiting", "reason": str(reason)}:
                logger.info("the worker waits: %s", reason)
                self.elsewhere = True
                self._become(WorkerState.STARTING, reason)
            case {"type": "broken", "reason": str(reason)}:
                raise _BrokenError(reason)
            case {"type": str(), "job": str(job)}:
                if task := self._tasks.get(job):
                    _receive(task, message)
                else:
                    logger.debug("late word about job %s", job)
            case _:
                raise ValueError(f"{message!r:.200}")

    def _lose_tasks(self, reason: str) -> None:
        self._become(WorkerState.STARTING)
        for task in list(self._tasks.values()):
            _lose(task, reason)

    def _forget(self, task: _Task) -> None:
        if self._tasks.get(task.job) is task:
            del self._tasks[task.job]
            self._note_room()

    def _become(self, state: WorkerState, trouble: str = "") -> None:
        self._phase, self.trouble = state, trouble
        self._note_room()

    def _note_room(self) -> None:
        """Lets go on who waits for room, or for word of a broken start; holds who comes next."""
        if self.has_room or self._phase is WorkerState.DOWN:
            self._settled.set()
        else:
            self._settled.clear()

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def _kill_if_at(self, task: _Task) -> None:
        at_it = self._tasks.get(task.job) is task
        if at_it and self._process and self._process.returncode is None:
            logger.warning("the worker does not obey a cancel and is killed")
            self._process.kill()


def _receive(task: _Task, message: dict[str, Any]) -> None:
    """Takes what the worker says of a job that it is at.

    Raises:
        ValueError: it is no message.
    """
    match message:
        case {"type": "progress", "stage": str(stage), "fraction": float() | int() as fraction}:
            task.on_progress(stage, min(max(float(fraction), 0.0), 1.0))
        case {"type": "finished", "clip": dict(clip)}:
            if not task.result.done():
                task.result.set_result(clip)
        case {"type": "failed", "argument": str(argument), "reason": str(reason)}:
            _end_task(task, RequestError(argument, reason))
        case {"type": "cancelled"}:
            _end_task(task, RenderCancelledError())
        case {"type": "lost", "reason": str(reason)}:
            _lose(task, reason)
        case _:
            raise ValueError(f"{message!r:.200}")


def _lose(task: _Task, reason: str) -> None:
    _end_task(task, RenderCancelledError() if task.cancelled else WorkerLostError(reason))


def _end_task(task: _Task, error: Exception) -> None:
    if not task.result.done():
        task.result.set_exception(error)


def environment() -> dict[str, str]:
    """Ours, in which the worker finds these very packages, installed or not.

    Threads that wait for one another soon do so asleep: beside a host that keeps the processor
    busy, those that wait in a loop for long take its time from the very thread they wait for.
    """
    packages = str(Path(__file__).parents[1])
    given = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([packages, given] if given else [packages])
    return {"GOMP_SPINCOUNT": "10000", **os.environ, "PYTHONPATH": path}


async def ended(process: Process) -> None:
    """Ends the process, if it has not ended: kindly, by closing its stdin, or else by force."""
    assert process.stdin
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), END_PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _log_lines(process: Process) -> None:
    """Every line that the worker writes to stderr goes to the log."""
    assert process.stderr
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:
            continue  # longer than the limit; asyncio has dropped it
        if not line:
            return
        worker_logger.debug("%s", line.decode(errors="replace").rstrip())
