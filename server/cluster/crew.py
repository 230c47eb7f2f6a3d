"""Who of all machines renders what: jobs go to the first place that is free and has the model.

Pure: it knows places by what they say, and no Ray.

Threading: everything runs on one asyncio loop. No locks.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

from .parcel import ENDS, LACKING, Message, Parcel

CANCEL_PATIENCE_S = 5.0
"""How long a place may take to obey a cancel before it is ended; the server's own is longer, for
what it would end is all of us."""

NOBODY = (
    "no machine of the cluster can render: begin one with `melfusion-live worker --join ADDRESS`"
)

logger = logging.getLogger(__name__)


class LostError(Exception):
    """A place is gone; the text says why."""


class Place(Protocol):
    """Where one job at a time can be rendered."""

    @property
    def ready(self) -> Message:
        """What it said when its model was loaded."""

    def render(self, parcel: Parcel) -> AsyncIterator[Message]:
        """What it says of a job, to the end; `finished` with the clip, put where it belongs.

        Raises:
            LostError: it is gone.
        """

    def cancel(self, job: str) -> None:
        """Stops a job."""

    def end(self) -> None:
        """Ends it, whatever it is at."""


@dataclass(eq=False)
class _Job:
    """A job that the server has given us.

    Attributes:
        parcel: it.
        place: where it is rendered; None while it waits.
        heard: whether that place has said something of it.
        cancelled: whether it is to stop.
        lacking: the places that do not have its model.
    """

    parcel: Parcel
    place: Place | None = None
    heard: bool = False
    cancelled: bool = False
    lacking: list[Place] = field(default_factory=list)


class Crew:
    """The places of all machines, and the jobs that they are at.

    Args:
        speak: sends one message to the server.
    """

    def __init__(self, speak: Callable[[Message], None]) -> None:
        self._speak = speak
        self._places: list[Place] = []
        self._jobs: dict[str, _Job] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._lacks = ""

    def add(self, place: Place) -> None:
        """Takes on a place whose model is loaded. Those with a GPU are asked first."""
        self._lacks = ""
        self._places.append(place)
        self._places.sort(key=lambda one: one.ready["device"] == "cpu")
        self._announce()
        self._give_out()

    def remove(self, place: Place, reason: str) -> None:
        """Lets a place go; the server gives its job to another one."""
        if place not in self._places:
            return
        self._places.remove(place)
        for job in self._at(place):
            if job.cancelled:
                self._end(job, {"type": "cancelled"})
            else:
                self._end(job, {"type": "lost", "reason": reason})
        self._announce()
        self._give_out()

    def lack(self, reason: str) -> None:
        """Tells the server why there is no place, as long as there is none; once."""
        if reason != self._lacks:
            logger.warning("%s", reason)
            self._lacks = reason
            self._announce()

    def render(self, parcel: Parcel) -> None:
        """Takes a job on."""
        self._jobs[parcel.job] = _Job(parcel)
        self._give_out()

    def cancel(self, job_id: str) -> None:
        """Stops a job, wherever it is."""
        job = self._jobs.get(job_id)
        if job is None or job.cancelled:
            return
        job.cancelled = True
        if job.place is None:
            self._end(job, {"type": "cancelled"})
            return
        if job.heard:
            job.place.cancel(job_id)
        asyncio.get_running_loop().call_later(CANCEL_PATIENCE_S, self._give_up, job)

    def _announce(self) -> None:
        if self._places:
            ready, count = self._places[0].ready, len(self._places)
            told = {name: ready[name] for name in ("model", "device", "steps")}
            self._speak({"type": "ready", **told, "places": count})
        else:
            self._speak({"type": "waiting", "reason": self._lacks or NOBODY})

    def _give_out(self) -> None:
        """Gives jobs that wait, the oldest first, to places that are free."""
        for job in [one for one in self._jobs.values() if one.place is None]:
            free = [one for one in self._places if not self._at(one) and one not in job.lacking]
            if free:
                job.place, job.heard = free[0], False
                task = asyncio.create_task(self._follow(job, free[0]))
                self._following.add(task)
                task.add_done_callback(self._following.discard)
            elif self._places and all(one in job.lacking for one in self._places):
                model = job.parcel.model
                reason = (
                    f"no machine of the cluster has {model}: get it on one of them with"
                    f" `melfusion-live models download {model}`"
                )
                self._end(job, {"type": "failed", "argument": "model", "reason": reason})

    async def _follow(self, job: _Job, place: Place) -> None:
        """Hears what a place says of a job, for as long as it is the one that does it."""
        try:
            async for message in place.render(job.parcel):
                if self._jobs.get(job.parcel.job) is not job or job.place is not place:
                    return  # it was given up: whatever comes of it is too late
                self._hear(job, message)
        except LostError as lost:
            self.remove(place, str(lost))

    def _hear(self, job: _Job, message: Message) -> None:
        assert job.place
        if job.cancelled and not job.heard:
            job.place.cancel(job.parcel.job)
        job.heard = True
        if message["type"] == LACKING:
            job.lacking.append(job.place)
            job.place = None
            self._give_out()
        elif message["type"] in ENDS:
            self._end(job, message)
            self._give_out()
        else:
            self._speak(message)

    def _end(self, job: _Job, message: Message) -> None:
        """Says what became of a job, once."""
        if self._jobs.get(job.parcel.job) is job:
            del self._jobs[job.parcel.job]
            self._speak({**message, "job": job.parcel.job})

    def _give_up(self, job: _Job) -> None:
        if self._jobs.get(job.parcel.job) is job and job.place:
            logger.warning("a place does not obey a cancel and is ended")
            job.place.end()
            self.remove(job.place, "it did not obey a cancel")

    def _at(self, place: Place) -> list[_Job]:
        return [job for job in self._jobs.values() if job.place is place]
