"""Cues: loops that are wanted on a bar. They come on time, or what plays goes on.

A cue is an ordinary render with a place to be. As many denoising steps are taken as there is time
for, by how long past renders took; what is due first is rendered first. When the loop is ready it
waits, is handed to the player a little before its bar, and begins there. If the bar comes first,
the loop stays in the library and the cue is missed.

Threading: everything runs on the asyncio loop.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from melfusion.request import RenderRequest, RequestError

from .clock import Timeline
from .jobs import Asker, Jobs, State, cost
from .player.lane import StandsStillError
from .player.player import Player
from .player_messages import PlayingEvent
from .render_messages import CueEvent
from .renders import Renders

POLL_S = 0.02
HANDED_S = 2.0
"""A clip is with the player so long before its bar, or a whole bar before: it has to be loaded,
and a device to be opened."""

READY_S = 0.3
"""A render should be finished so long before its bar."""

LATEST_S = 0.5
"""So long before its crossfade, a clip is with the player whatever else waits there."""

MOST_OVER = 500
LEAST_STEPS = 2
"""With fewer, renders of mini are further from real music (docs/measurements.md)."""

CAUTION = 0.9
"""So many of the past renders took no longer than what a cue reckons with."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Cue:
    """One loop that is wanted on a bar.

    Attributes:
        job: id of its render.
        part: the part that it is to play on.
        bar: the bar, counted from 1.
        crossfade_s: how long it is faded over, up to that bar.
        steps: denoising steps that it is rendered with.
        askers: who is told of it, subscribed or not.
        clip: id of the clip, once it is there.
        state: as CueEvent tells it.
        reason: why it was missed.
        told: beats to go when it was last told.
    """

    job: str
    part: str
    bar: int
    crossfade_s: float
    steps: int
    askers: tuple[Asker, ...]
    clip: str = ""
    state: str = "rendering"
    reason: str = ""
    told: int = -1

    def comes_on(self, part: str) -> bool:
        """Whether it is rendered, and has not begun, on that part."""
        return self.part == part and self.state in ("ready", "waiting")


class _MissedError(Exception):
    """The cue does not play; the text says why."""


class Cues:
    """All loops that are wanted on a bar.

    Args:
        player: plays them.
        jobs: all jobs.
        renders: who has them rendered.
        line: gives the line that is followed, as it is now.
        publish: sends an event to every subscriber, and to the askers named after it.
        clock: the seconds that the line counts in.
    """

    def __init__(
        self,
        player: Player,
        jobs: Jobs,
        renders: Renders,
        line: Callable[[], Timeline],
        publish: Callable[..., None],
        clock: Callable[[], float],
    ) -> None:
        self._player = player
        self._jobs = jobs
        self._renders = renders
        self._line = line
        self._publish = publish
        self._clock = clock
        self._cues: dict[str, tuple[Cue, asyncio.Task[None]]] = {}
        self._over: dict[str, None] = {}

    def ask(
        self,
        job_id: str,
        request: RenderRequest,
        bar: int,
        crossfade_s: float,
        *askers: Asker,
        watchers: tuple[Asker, ...] = (),
        part: str = "",
        shares: int = 1,
    ) -> str:
        """Queues a render that is wanted on a bar; a job that is known is only joined.

        Args:
            job_id: chosen by who asks; empty for a new one.
            request: what is asked for, in the tempo of the line.
            bar: the bar, counted from 1.
            crossfade_s: how long it is faded over, up to that bar.
            askers: who is told and answered.
            watchers: who is told of the cue as well.
            part: the part that it is to play on; empty for the request's own.
            shares: into how many the time is divided: it and those that are asked for next.

        Returns:
            The job's id.

        Raises:
            RequestError: the bar has begun already, or as in Renders.ask.
            sqlite3.Error: the job cannot be kept.
        """
        line = self._line()
        start, now_s = (bar - 1) * line.bar_quarters, self._clock()
        begun = start <= line.quarters_at(now_s)
        due_s = line.time_of(start) - READY_S - crossfade_s
        if known := self._jobs.get(job_id):
            chosen = {name: known.options[name] for name in ("steps", "attempts")}
            fitted = replace(request, **chosen)
            job = self._renders.ask(job_id, fitted, *askers)
            if begun or job in self._cues or job in self._over:
                return job
        elif begun:
            here = line.bar_of(line.quarters_at(now_s))
            raise RequestError("on_bar", f"bar {bar} has begun already: it is bar {here}")
        else:
            left_s = (due_s - now_s - self._renders.ahead_s(due_s)) / shares
            fitted = self._fitted(request, left_s)
            job = self._renders.ask(job_id, fitted, *askers, due_s=due_s)
        steps = fitted.steps or self._renders.steps(fitted.model)
        cue = Cue(job, part or fitted.part, bar, crossfade_s, steps, askers + watchers)
        for other, _ in list(self._cues.values()):
            if (other.part, other.bar) == (cue.part, bar):
                self.cancel(other.job, f"part: another loop is wanted on {cue.part} then")
        self._tell(cue)
        self._cues[job] = cue, asyncio.create_task(self._follow(cue))
        return job

    def cancel(self, job_id: str, reason: str = "job: it was cancelled") -> bool:
        """Gives up a cue that is not with the player yet; gives whether there was one."""
        cue, task = self._cues.get(job_id, (None, None))
        if cue is None or task is None or cue.state not in ("rendering", "ready"):
            return False
        self._miss(cue, reason)
        return task.cancel()

    @property
    def clips(self) -> set[str]:
        """The ids of the clips that are wanted."""
        return {cue.clip for cue, _ in self._cues.values()}

    def bars(self, part: str) -> list[int]:
        """The bars that loops are wanted on, on a part."""
        return [cue.bar for cue, _ in self._cues.values() if cue.part == part]

    def _fitted(self, request: RenderRequest, left_s: float) -> RenderRequest:
        """The request with as many steps and attempts as there is time for."""
        usual = self._renders.steps(request.model)
        least = min(LEAST_STEPS, usual)
        for steps in [request.steps] if request.steps else range(usual, least - 1, -1):
            price = cost(replace(request, steps=steps))
            needed_s = self._jobs.expected_s(price, request.model, CAUTION)
            if needed_s <= left_s:
                break
        if math.isinf(left_s) or not needed_s:
            return request
        attempts = min(request.attempts, max(1, int(left_s / needed_s)))
        return replace(
            request,
            steps=request.steps if request.steps or steps == usual else steps,
            attempts=attempts,
        )

    async def _follow(self, cue: Cue) -> None:
        """Leads a cue to its end."""
        try:
            cue.clip = await self._rendered(cue)
            begun = False
            while not begun:
                self._to(cue, "ready")
                await self._until_near(cue)
                with contextlib.suppress(StandsStillError):
                    await self._player.play(cue.clip, cue.part, "bar", cue.crossfade_s, cue.bar)
                    self._to(cue, "waiting")
                    begun = await self._begun(cue)
            self._to(cue, "playing")
        except asyncio.CancelledError:
            pass  # it has been told why
        except (_MissedError, RequestError) as missed:
            self._miss(cue, str(missed))
        except Exception:
            # What plays goes on; a fault here must not end the server.
            logger.exception("the cue of job %s met a fault", cue.job)
            self._miss(cue, "server: met a fault of its own; its log says more")
        finally:
            self._end(cue)

    async def _rendered(self, cue: Cue) -> str:
        """Waits for the render, or for the bar; gives the clip."""
        while True:
            job = self._jobs.get(cue.job)
            if job is None or job.ended:
                break
            if not self._left(cue):
                raise _MissedError(
                    f"on_bar: bar {cue.bar} has come before it was rendered; when it is, it is"
                    " kept in the library"
                )
            await self._pass(cue)
        if job is None or job.state is not State.DONE:
            raise _MissedError(job.reason if job else "job: it is not known any more")
        return job.clip

    async def _until_near(self, cue: Cue) -> None:
        """Waits until the bar is so near that the player should have the clip."""
        while True:
            line = self._line()
            bar_s = line.bar_quarters * 60 / line.bpm
            near_s = max(HANDED_S, bar_s) + cue.crossfade_s
            start_s = line.time_of((cue.bar - 1) * line.bar_quarters)
            # A part has room for one that waits: what begins sooner comes first.
            waiting = [event.bar for event in self._on(cue.part) if event.state == "waiting"]
            ready = [other.bar for other, _ in self._cues.values() if other.comes_on(cue.part)]
            sooner = any(bar < cue.bar for bar in waiting + ready)
            late = start_s - self._clock() <= cue.crossfade_s + LATEST_S
            if line.playing and start_s - self._clock() <= near_s and (late or not sooner):
                return
            await self._pass(cue)

    async def _begun(self, cue: Cue) -> bool:
        """Waits until it plays; gives whether it does, or the host or the device has stopped."""
        while True:
            held = {event.clip: event for event in self._on(cue.part)}.get(cue.clip)
            if held is None:
                if not self._line().playing or self._player.output.stream is None:
                    return False
                raise _MissedError(f"part: something else has been asked of {cue.part}")
            cue.bar = held.bar  # another where the host went elsewhere
            if held.state == "playing":
                return True
            await self._pass(cue)

    def _on(self, part: str) -> list[PlayingEvent]:
        """What plays on a part, and after it what waits there."""
        told = [event for event in self._player.events() if isinstance(event, PlayingEvent)]
        return [event for event in told if event.part == part]

    async def _pass(self, cue: Cue) -> None:
        """Lets a moment go by, and tells every beat how long it is until the bar."""
        line = self._line()
        beats = math.ceil(self._left(cue) * line.metre.numerator)
        if beats != cue.told:
            cue.told = beats
            self._tell(cue)
        await asyncio.sleep(POLL_S)

    def _left(self, cue: Cue) -> float:
        """Bars to go; 0 when the bar has begun."""
        line = self._line()
        return max(0.0, cue.bar - 1 - line.quarters_at(self._clock()) / line.bar_quarters)

    def _to(self, cue: Cue, state: str) -> None:
        cue.state = state
        self._tell(cue)

    def _miss(self, cue: Cue, reason: str) -> None:
        logger.info("the cue of job %s on bar %d is missed: %s", cue.job, cue.bar, reason)
        cue.reason = reason
        self._renders.not_due(cue.job)
        self._to(cue, "missed")
        self._end(cue)

    def _end(self, cue: Cue) -> None:
        """Keeps in mind that it is over: who asks for it again gets the clip, and no second cue."""
        if cue.job in self._cues and self._cues[cue.job][0] is cue:
            del self._cues[cue.job]
        self._over[cue.job] = None
        if len(self._over) > MOST_OVER:
            del self._over[next(iter(self._over))]

    def _tell(self, cue: Cue) -> None:
        left = 0.0 if cue.state in ("playing", "missed") else self._left(cue)
        event = CueEvent(
            cue.job, cue.part, cue.clip, cue.bar, left, cue.state, cue.steps, cue.reason
        )
        self._publish(event, *cue.askers)

    def close(self) -> None:
        """Gives all up that are not with the player yet."""
        for cue, _ in list(self._cues.values()):
            self.cancel(cue.job)
