"""Evolving: what plays is varied, every few bars, and may go over to another scene meanwhile.

Every so many bars, each part that plays gets another take: the same words and picture on the same
key and chords, with a seed that all parts share, so that they fit one another. Where another scene
is named, each take is a little further on the way there; where the way has a length, it ends when
all that plays is there. A take is a cue like any other: one that is not ready leaves what plays,
and the next one comes as many bars later.

Threading: everything runs on the asyncio loop.
"""

import asyncio
import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from melfusion.request import SEEDS, RenderRequest, RequestError

from .clips import Clip, Clips
from .clock import Timeline
from .cues import Cues
from .jobs import Jobs
from .messages import Event
from .player.engine import PARTS
from .player.player import Player
from .player_messages import PlayingEvent
from .render_messages import EvolveEvent
from .renders import Renders

NEARER = 0.5
"""Where a way has led so far, the other scene is heard, and the next way begins there."""

POLL_S = 0.05
LAG_S = 0.2
"""That a take has begun with its bar is known so long after it, at the latest."""

logger = logging.getLogger(__name__)


@dataclass
class Evolution:
    """What has been asked for.

    Attributes:
        every: bars from one take to the next.
        parts: those that are varied.
        crossfade_s: how long takes are faded over.
        to_prompt: words of the scene that is gone towards; empty for none.
        to_image: path of its picture; empty for none.
        over: bars that the way there takes; 0 is there at once, and goes on.
        gone: bars that it has gone when the takes under way begin.
        next_bar: the bar that they are wanted on; None before there are any.
        takes: of each part the job of the take under way, and the clip that it varies.
    """

    every: int
    parts: list[str]
    crossfade_s: float
    to_prompt: str = ""
    to_image: str = ""
    over: int = 0
    gone: int = 0
    next_bar: int | None = None
    takes: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether it goes towards another scene."""
        return bool(self.to_prompt.strip() or self.to_image)

    @property
    def blend(self) -> float:
        """How far the takes under way are on the way to the other scene, 0-1."""
        if not self.moves:
            return 0.0
        return min(1.0, self.gone / self.over) if self.over else 1.0

    def has_led(self, clip: Clip) -> bool:
        """Whether that clip is where the way ends."""
        asked = clip.recipe["request"]
        where = {"to_prompt": self.to_prompt, "to_image": self.to_image, "blend": 1.0}
        return bool(self.over) and all(asked.get(name) == value for name, value in where.items())

    def equals(self, other: "Evolution | None") -> bool:
        """Whether the same has been asked for."""
        return other is not None and all(
            getattr(self, name) == getattr(other, name)
            for name in ("every", "parts", "crossfade_s", "to_prompt", "to_image", "over")
        )


class Evolving:
    """Has what plays varied.

    Args:
        player: what plays.
        clips: of the library.
        jobs: all jobs.
        renders: who has them rendered.
        cues: who has them played.
        line: gives the line that is followed, as it is now.
        bpm: the leader's own tempo.
        publish: sends an event to every subscriber.
        clock: the seconds that the line counts in.
    """

    def __init__(
        self,
        player: Player,
        clips: Clips,
        jobs: Jobs,
        renders: Renders,
        cues: Cues,
        line: Callable[[], Timeline],
        bpm: Callable[[], float],
        publish: Callable[[Event], None],
        clock: Callable[[], float],
    ) -> None:
        self._player = player
        self._clips = clips
        self._jobs = jobs
        self._renders = renders
        self._cues = cues
        self._line = line
        self._bpm = bpm
        self._publish = publish
        self._clock = clock
        self._evolution: Evolution | None = None

    @property
    def event(self) -> EvolveEvent:
        """How it stands, as subscribers are told."""
        now = self._evolution
        if now is None:
            return EvolveEvent("", 0, 0, 0.0)
        return EvolveEvent(" ".join(now.parts), now.every, now.next_bar or 0, now.blend)

    def begin(self, evolution: Evolution) -> None:
        """Begins one in place of whichever there was; its `parts` empty are all that play.

        Raises:
            RequestError: there is no such part, or nothing plays there.
        """
        playing = dict(self._player.playing())
        for part in evolution.parts:
            if part not in PARTS:
                raise RequestError("parts", f"must be of {' '.join(PARTS)}, not {part!r}")
            if part not in playing:
                raise RequestError("parts", f"nothing plays on {part}")
        evolution.parts = [part for part in PARTS if part in (evolution.parts or playing)]
        if not evolution.parts:
            raise RequestError("parts", "nothing plays that could be varied")
        if evolution.equals(self._evolution):
            return  # it has only been asked for again
        self._call_off()
        self._evolution = evolution
        self.step()

    def end(self) -> None:
        """Ends it; what plays goes on as it is."""
        self._call_off()
        self._evolution = None
        self._publish(self.event)

    async def run(self) -> None:
        """Looks after it, for ever."""
        while True:
            try:
                self.step()
            except Exception:
                # What plays goes on; a fault here must not end the server.
                logger.exception("evolving met a fault")
                self.end()
            await asyncio.sleep(POLL_S)

    def step(self) -> None:
        """Asks for the next takes when the last ones' bar has come; to be called every POLL_S."""
        now = self._evolution
        line = self._line()
        if now is None or not line.playing:
            return
        if not self._keep_to_what_plays(now):
            self.end()
            return
        # Where a take has begun with its bar, that is known a moment later.
        bar = line.bar_of(line.quarters_at(self._clock() - LAG_S))
        if now.next_bar is not None and now.next_bar - now.every <= bar < now.next_bar:
            return
        self._call_off()
        playing = dict(self._player.playing())
        varied = {part: self._clips.get(playing.get(part, "")) for part in now.parts}
        if all(clip and now.has_led(clip) for clip in varied.values()):
            self.end()
            return
        now.next_bar = next_bar = max(bar + now.every, self._here + 1)
        now.gone += now.every
        seed, clips = secrets.randbelow(SEEDS), {}
        for part, clip in varied.items():
            # What is there stays, and what somebody else wants there by then is not pushed aside.
            wanted = any(other <= next_bar for other in self._cues.bars(part))
            if clip and not now.has_led(clip) and not wanted:
                clips[part] = clip
        for number, (part, clip) in enumerate(clips.items()):
            left = len(clips) - number
            try:
                request = self._varied(now, clip, seed)
                job = self._cues.ask("", request, next_bar, now.crossfade_s, part=part, shares=left)
            except (RequestError, sqlite3.Error) as error:
                logger.info("%s is not varied for bar %d: %s", part, now.next_bar, error)
            else:
                now.takes[part] = job, clip.id
        self._publish(self.event)

    @property
    def _here(self) -> int:
        line = self._line()
        return line.bar_of(line.quarters_at(self._clock()))

    def _keep_to_what_plays(self, now: Evolution) -> bool:
        """Gives up parts that were stopped and takes of what plays no more.

        Returns:
            Whether any part is left.
        """
        clips: dict[str, set[str]] = {}
        for event in self._player.events():
            if isinstance(event, PlayingEvent):
                clips.setdefault(event.part, set()).add(event.clip)
        for part, (job_id, varied) in list(now.takes.items()):
            job = self._jobs.get(job_id)
            known = {varied, job.clip if job else ""}
            if not clips.get(part, set()) or clips[part] - known:
                self._call_off(part)
        now.parts = [part for part in now.parts if part in clips]
        return bool(now.parts)

    def _call_off(self, *parts: str) -> None:
        """Gives up the takes of these parts, or of all, that are not there yet."""
        takes = self._evolution.takes if self._evolution else {}
        for part in parts or list(takes):
            job_id, _ = takes.pop(part)
            self._cues.cancel(job_id)
            job = self._jobs.get(job_id)
            if job is not None and not job.ended:
                with contextlib.suppress(RequestError):
                    self._renders.cancel(job_id)

    def _varied(self, now: Evolution, clip: Clip, seed: int) -> RenderRequest:
        """Another take of a clip, in the tempo as it is.

        Raises:
            RequestError: it cannot be rendered like that.
        """
        plan, asked = clip.recipe["plan"], clip.recipe["request"]
        told: dict[str, Any] = {
            "bpm": self._bpm(), "metre": str(self._line().metre), "key": plan["key"],
            "chords": plan["chords"], "seed": seed, "steps": 0,
            "attempts": RenderRequest.attempts,
        }  # fmt: skip
        if now.moves:
            there = {"to_prompt": now.to_prompt, "to_image": now.to_image}
            before = {name: asked.get(name, "") for name in there}
            if before != there and asked.get("blend", 0.0) >= NEARER:
                # It comes from where an earlier way has led.
                told |= {"prompt": before["to_prompt"], "image": before["to_image"]}
            told |= {**there, "blend": now.blend}
        return RenderRequest.check({**asked, **told})
