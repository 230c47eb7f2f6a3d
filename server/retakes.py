"""Retakes: what plays at another tempo than its own is rendered anew at it, and goes over to that.

A stretched loop is in time at once, but its attacks and its timbre suffer. So as soon as a tempo
has settled, and nobody waits for a render, the same request is rendered at the new tempo, on the
same key and chords, with the same seed; where the loop begins again, the retake plays on.

Threading: everything runs on the asyncio loop.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from melfusion.request import RenderRequest, RequestError

from .clips import Clip, Clips
from .jobs import Jobs, State
from .player.loops import NEAR
from .player.player import Player
from .renders import Renders

POLL_S = 0.1
SETTLED_S = 2.0
"""A tempo that has stood so long is worth a render."""

STEADY = NEAR / 2
"""How far a tempo may waver, as estimates do, and still stand: resampling makes up for it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Take:
    """A render under way for a part that plays a clip."""

    part: str
    clip: str
    bpm: float
    job: str


class Retakes:
    """Has what plays rendered anew at the tempo as it is.

    Args:
        player: what plays.
        clips: of the library.
        jobs: all jobs.
        renders: who has them rendered.
        bpm: the tempo as it is now.
        clock: seconds that only go up.
    """

    def __init__(
        self,
        player: Player,
        clips: Clips,
        jobs: Jobs,
        renders: Renders,
        bpm: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self._player = player
        self._clips = clips
        self._jobs = jobs
        self._renders = renders
        self._tempo = bpm
        self._clock = clock
        self._bpm, self._since_s = bpm(), clock()
        self._take: _Take | None = None
        self._tried: set[tuple[str, float]] = set()

    async def run(self) -> None:
        """Looks after what plays, for ever."""
        while True:
            try:
                await self.step()
            except Exception:
                # The stretched loop plays on; a fault here must not end the server.
                logger.exception("a retake met a fault")
                self._take = None
            await asyncio.sleep(POLL_S)

    async def step(self) -> None:
        """Asks for a retake, calls it off, or has it played; to be called every POLL_S."""
        bpm, now_s = self._tempo(), self._clock()
        if _differ(bpm, self._bpm, STEADY):
            self._bpm, self._since_s = bpm, now_s
            self._tried.clear()
        if self._take is not None:
            await self._go_on(self._take)
        elif now_s - self._since_s >= SETTLED_S and not self._jobs.busy:
            self._begin()

    def _begin(self) -> None:
        """Asks for a retake of the first part that needs one, once at each tempo."""
        for part, clip_id in self._player.playing():
            clip, tried = self._clips.get(clip_id), (clip_id, self._bpm)
            if clip is None or tried in self._tried or not _differ(clip.bpm, self._bpm, NEAR):
                continue
            self._tried.add(tried)
            try:
                job = self._renders.ask("", _retaken(clip, self._bpm))
            except RequestError as error:
                logger.info("%s is not rendered anew at %g BPM: %s", clip_id, self._bpm, error)
                continue
            self._take = _Take(part, clip_id, self._bpm, job)
            return

    async def _go_on(self, take: _Take) -> None:
        """Looks at the render under way."""
        job = self._jobs.get(take.job)
        wanted = take.bpm == self._bpm and (take.part, take.clip) in self._player.playing()
        if job is not None and not job.ended:
            others_wait = any(other.id != job.id for other in self._jobs.waiting())
            if others_wait:
                self._tried.discard((take.clip, take.bpm))
            if others_wait or not wanted:
                self._renders.cancel(job.id)
            return
        self._take = None
        if not wanted or job is None or job.state is not State.DONE:
            return
        try:
            await self._player.retake(take.part, take.clip, job.clip)
        except RequestError as error:
            logger.info("the retake %s of %s is not played: %s", job.clip, take.clip, error)


def _retaken(clip: Clip, bpm: float) -> RenderRequest:
    """What a clip was asked for with, at another tempo, and with nothing left open.

    Raises:
        RequestError: it cannot be rendered at that tempo.
    """
    plan = clip.recipe["plan"]
    told = {"bpm": bpm, "key": plan["key"], "chords": plan["chords"]}
    return RenderRequest.check({**clip.recipe["request"], **told})


def _differ(one: float, other: float, share: float) -> bool:
    return abs(one / other - 1) > share
