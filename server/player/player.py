"""The player: owner of what sounds. It has loops begin, swap and stop, and keeps them in time.

Nothing that fails here silences what plays: a clip that cannot be loaded leaves the old one, and a
device that goes is opened again, with everything in its place.

Threading: everything runs on the asyncio loop. The audio callback is reached through two rings, and
is asked for what is new every POLL_S.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from melfusion.request import RequestError

from ..clips import Clip, Clips
from ..messages import Event
from ..player_messages import MetersEvent, PlayingEvent
from .beats import tell_beats
from .device import DeviceError
from .engine import MASTER, PARTS, Kind, News, Stop
from .lane import START_FADE_S, SWAP_FADE_S, Guide, Lane, StandsStillError
from .loading import LoadError
from .loops import NEAR, Loops
from .mixer import Mixer, part_number
from .output import Output
from .stream import Stream
from .voice import EXACT, Sound

POLL_S = 0.02
PANIC_FADE_S = 0.005

SAME_TEMPO = 1e-5
SETTLED_S = 2.0
"""A tempo that has stood so long is fitted exactly."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Launch:
    """What a play request comes to: it begins in bar `bar`, in `wait_s`."""

    part: str
    bar: int
    wait_s: float


class Player:
    """Plays clips.

    Args:
        output: where the sound goes.
        clips: of the library.
        guide: gives the line and the tempo to follow, as they are now.
        publish: sends an event to every subscriber.
        clock: the seconds that the timeline and the device count in.
    """

    def __init__(
        self,
        output: Output,
        clips: Clips,
        guide: Callable[[], Guide],
        publish: Callable[[Event], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.output = output
        self._clips = clips
        self._guide = guide
        self._publish = publish
        self._clock = clock
        self._loops = Loops()
        self._playing: dict[int, Lane] = {}
        self._waiting: dict[int, Lane] = {}
        self._last: dict[int, str] = {}
        self._turns = [0] * len(PARTS)
        self._mixer = Mixer()
        self._told = output.event
        self._tasks: set[asyncio.Task[None]] = set()
        self._moves = guide().line.playing
        self._bpm, self._bpm_s = guide().bpm, 0.0
        output.on_open, output.on_close = self._gained, self._parted

    # What is asked of it.

    async def play(
        self, clip_id: str, part: str, quantum: str, crossfade_s: float, bar: int | None = None
    ) -> Launch:
        """Has a clip begin at the next quantum, or in a bar.

        Args:
            clip_id: of the library; empty for the last one of the part.
            part: the part; empty for the clip's own.
            quantum: bar, beat, loop or now.
            crossfade_s: how long it is faded over, up to its beginning.
            bar: the bar that it is to begin in, whatever the quantum; None for the next that comes.

        Raises:
            RequestError: there is no such clip, it cannot be read, there is no device, or the bar
                has come already.
        """
        clip = self._clip(clip_id, part)
        number = part_number(part or clip.brief.part)
        turn = self._turns[number] = self._turns[number] + 1
        while True:
            stream = await self.output.opened()
            lane = await self._lane(clip, number, stream)
            if self._turns[number] != turn:
                raise RequestError("part", "something else has been asked of it meanwhile")
            if stream is self.output.stream:
                return self._launch(lane, stream, quantum, crossfade_s, bar=bar)

    async def retake(self, part: str, clip_id: str, other_id: str) -> None:
        """Goes over from a clip that a part plays to another take of it, when it begins again.

        Nothing happens where the part plays something else by now, or has been asked to.

        Raises:
            RequestError: there is no such clip, it cannot be read, or there is no device.
        """
        number = part_number(part)
        old, turn = self._playing.get(number), self._turns[number]
        stream = await self.output.opened()
        lane = await self._lane(self._clip(other_id, part), number, stream)
        still = old is not None and self._playing.get(number) is old and old.clip.id == clip_id
        if still and stream is self.output.stream and self._turns[number] == turn:
            assert old
            self._launch(lane, stream, "loop", SWAP_FADE_S, old.start)

    @property
    def clips(self) -> set[str]:
        """The ids of the clips that play or are about to."""
        return {lane.clip.id for lanes in (self._playing, self._waiting) for lane in lanes.values()}

    def playing(self) -> list[tuple[str, str]]:
        """The parts that play, and which clip each; but none that something else waits on."""
        return [
            (PARTS[number], lane.clip.id)
            for number, lane in self._playing.items()
            if number not in self._waiting
        ]

    def stop(self, part: str, quantum: str, fade_s: float) -> None:
        """Ends a part, or all of them, at the next quantum.

        Raises:
            RequestError: there is no such part.
        """
        for number in [part_number(part)] if part else range(len(PARTS)):
            self._turns[number] += 1
            self._end(number, quantum, fade_s)

    def panic(self) -> None:
        """Ends everything at once."""
        for number in range(len(PARTS)):
            self._turns[number] += 1
            self._end(number, "now", PANIC_FADE_S)

    def mix(self, part: str, gain: float | None, mute: bool | None) -> None:
        """Sets how loud a part is, or the whole when `part` is empty; None leaves a value.

        Raises:
            RequestError: there is no such part.
        """
        number = part_number(part) if part else MASTER
        self._mixer.set(number, gain, mute)
        if self.output.stream:
            self.output.stream.send(self._mixer.command(number))
        self._publish(self._mixer.event(number))

    def events(self) -> Iterator[Event]:
        """The whole state, as events, as it is when the first is taken."""
        yield from [
            self.output.event,
            *map(self._mixer.event, range(MASTER + 1)),
            *(lane.event("playing") for lane in self._playing.values()),
            *(lane.event("waiting") for lane in self._waiting.values()),
        ]

    async def run(self) -> None:
        """Hears what the device tells and keeps the loops in time, for ever."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                group.create_task(tell_beats(lambda: self._guide().line, self._publish))
        finally:
            await self.close()

    async def close(self) -> None:
        """Lets go of everything."""
        for task in list(self._tasks):
            task.cancel()
        self._loops.close()
        await self.output.close()

    # Beginning and ending.

    def _clip(self, clip_id: str, part: str) -> Clip:
        if not clip_id and not part:
            raise RequestError("part", "must be named when no clip is")
        clip_id = clip_id or self._last.get(part_number(part), "")
        if not clip_id:
            raise RequestError("clip", f"nothing has played on {part} yet")
        clip = self._clips.get(clip_id)
        if clip is None:
            raise RequestError("clip", f"{clip_id} is not in the library")
        return clip

    async def _lane(self, clip: Clip, part: int, stream: Stream) -> Lane:
        """A lane whose sound is ready."""
        try:
            own = await self._loops.own(clip, stream.rate)
        except LoadError as error:
            raise RequestError("clip", str(error)) from None
        lane = Lane(part, clip, own, own, clip.brief.quarters)
        length = lane.length(self._guide(), stream.rate)
        lane.sound = await self._loops.fitted(own, length, stream.rate)
        await self._load(lane.sound, stream)
        return lane

    async def _load(self, sound: Sound, stream: Stream) -> None:
        try:
            await stream.load(sound)
        except DeviceError as error:
            raise RequestError("device", str(error)) from None

    def _launch(
        self,
        lane: Lane,
        stream: Stream,
        quantum: str,
        crossfade_s: float,
        offset: float = 0.0,
        bar: int | None = None,
    ) -> Launch:
        """Has a lane begin at the next quantum, counted from `offset` quarter notes on."""
        guide = self._guide()
        sounds = lane.part in self._playing and self._moves
        fade = round((crossfade_s if sounds else START_FADE_S) * stream.rate)
        soonest = stream.soonest() + (fade if sounds else 0)
        soonest_s = stream.clock.time_at(soonest)
        if bar is not None and not self._moves:
            raise StandsStillError("on_bar", "the host stands still")
        when_s = lane.place(guide.line, soonest_s, quantum, offset, bar)
        self._waiting[lane.part] = lane
        if self._moves:
            begin = soonest if when_s == soonest_s else round(stream.clock.frame_at(when_s))
            lane.begin(stream, guide, begin, fade, crossfades=sounds)
        self._publish(lane.event("waiting"))
        wait_s = max(0.0, when_s - self._clock()) if self._moves else 0.0
        return Launch(PARTS[lane.part], lane.bar, wait_s)

    def _end(self, number: int, quantum: str, fade_s: float) -> None:
        """Ends a part at the next quantum."""
        lanes = [lanes.pop(number, None) for lanes in (self._playing, self._waiting)]
        lane = lanes[0] or lanes[1]
        if lane is None:
            return
        timeline, stream = self._guide().line, self.output.stream
        frame, end = 0, timeline.quarters_at(self._clock())
        if stream and self._moves and stream.clock.steady and quantum != "now":
            soonest = stream.soonest() + round(fade_s * stream.rate)
            grid = lane.grid(timeline, quantum)
            end = timeline.next_multiple(stream.clock.time_at(soonest), grid)
            frame = round(stream.clock.frame_at(timeline.time_of(end)))
        if stream:
            stream.send(Stop(number, frame, round(fade_s * stream.rate)))
        self._publish(PlayingEvent(PARTS[number], "", "stopped", timeline.bar_of(end), end))

    # Keeping in time.

    def _follow(self) -> None:
        """Keeps every lane on the timeline."""
        stream, guide, now_s = self.output.stream, self._guide(), self._clock()
        if abs(guide.bpm / self._bpm - 1) > SAME_TEMPO:
            self._bpm, self._bpm_s = guide.bpm, now_s
        if stream is None or not stream.clock.steady:
            return
        if guide.line.playing != self._moves:
            self._moves = guide.line.playing
            self._resume(stream) if self._moves else self._hold(stream)
        if not self._moves:
            return
        for lane in self._playing.values():
            lane.steer(stream, guide)
            self._refit(lane, stream, guide, settled=now_s - self._bpm_s > SETTLED_S)
        for lane in self._waiting.values():
            lane.postpone(stream, guide)

    def _refit(self, lane: Lane, stream: Stream, guide: Guide, *, settled: bool) -> None:
        """Has a sound made for the tempo as it is, when it has moved away from the lane's."""
        length = lane.length(guide, stream.rate)
        off = abs(len(lane.sound.frames) - length)
        if lane.fitting or off <= (EXACT if settled else NEAR * length):
            return
        lane.fitting = True
        self._later(self._fit(lane, stream, length))

    async def _fit(self, lane: Lane, stream: Stream, length: float) -> None:
        try:
            sound = await self._loops.fitted(lane.own, length, stream.rate)
            await stream.load(sound)
        except DeviceError:
            return  # the device is gone, and the lane with it
        finally:
            lane.fitting = False
        lane.sound = sound
        if stream is self.output.stream and self._playing.get(lane.part) is lane and lane.voice:
            lane.replace(stream, equal_power=False)

    def _hold(self, stream: Stream) -> None:
        """The timeline stands still: so do all lanes."""
        fade = round(SWAP_FADE_S * stream.rate)
        for number in range(len(PARTS)):
            stream.send(Stop(number, 0, fade))
        self._keep()
        for lane in self._waiting.values():
            lane.hold()
            self._publish(lane.event("waiting"))

    def _keep(self) -> None:
        """All lanes wait from now on, but those that are wanted in a bar to come."""
        waiting = {number: lane for number, lane in self._waiting.items() if not lane.wanted}
        self._waiting, self._playing = {**self._playing, **waiting}, {}

    def _resume(self, stream: Stream) -> None:
        """The timeline moves again: all lanes begin at once, each where it should be."""
        for lane in self._waiting.values():
            lane.begin_now(stream, self._guide())

    # The device and its news.

    def step(self) -> None:
        """Hears what the engine told, and keeps everything in time; to be called every POLL_S."""
        for news in self.output.news():
            self._hear(news)
        self._tell_device()
        self._follow()

    async def _watch(self) -> None:
        while True:
            self.step()
            await asyncio.sleep(POLL_S)

    def _hear(self, news: News) -> None:
        if news.kind is Kind.STARTED and news.voice:
            lane = self._waiting.get(news.voice.part)
            if lane and lane.voice is news.voice:
                self._playing[lane.part] = self._waiting.pop(lane.part)
                self._last[lane.part] = lane.clip.id
                self._publish(lane.event("playing"))
        elif news.kind is Kind.METERS:
            self._publish(MetersEvent(*map(float, news.levels)))
        elif news.kind is Kind.UNDERRUN:
            logger.info("the sound device lacked sound")

    def _gained(self, stream: Stream) -> None:
        """A device has been opened."""
        for number in range(MASTER + 1):
            stream.send(self._mixer.command(number))
        self._tell_device()
        if self._waiting:
            self._later(self._revive())

    def _parted(self) -> None:
        """The device is gone, or there is none; what plays is kept in mind."""
        self._keep()
        for lane in self._waiting.values():
            lane.hold()
        self._tell_device()

    async def _revive(self) -> None:
        """Has everything go on after the device came back, or another was chosen."""
        try:
            stream = await self.output.opened()
            for number, held in list(self._waiting.items()):
                lane = await self._lane(held.clip, number, stream)
                if self._waiting.get(number) is held and stream is self.output.stream:
                    lane.start, lane.bar = held.start, held.bar
                    self._waiting[number] = lane
                    if self._moves:
                        lane.begin_now(stream, self._guide())
        except RequestError as error:
            logger.info("what played cannot go on: %s", error)

    def _tell_device(self) -> None:
        """Tells subscribers how the device is, when that has changed."""
        event = self.output.event
        if event != self._told:
            self._told = event
            self._publish(event)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
