"""A lane: what one part plays, as the owner sees it, and how it keeps to the timeline."""

import math
from dataclasses import dataclass

from melfusion.request import RequestError

from ..clips import Clip
from ..clock import Timeline
from ..player_messages import PlayingEvent
from .engine import PARTS, Start, Steer
from .stream import Clock, Stream
from .voice import Course, Leg, Sound, Voice

START_FADE_S = 0.001
SWAP_FADE_S = 0.02

SLACK_S = 0.001
"""A loop is steered when it is so far from the timeline, or will be in a second."""

FAR_S = 0.03
"""A loop that is farther away than this is faded over to its place."""

LEAST_BRIDGE_S = 0.1
STEEPNESS = 120
"""An error is made up for in so many times its own length: by 0.8 % of speed, or 14 cents."""


class StandsStillError(RequestError):
    """No bar comes while the line stands still."""


@dataclass(frozen=True)
class Guide:
    """What is followed.

    Attributes:
        line: where it is; its tempo may be another for a moment, while a leader is approached.
        bpm: the tempo that it has but for that.
    """

    line: Timeline
    bpm: float


@dataclass(eq=False)
class Lane:
    """A clip on a part.

    Attributes:
        part: number of the part.
        clip: what it plays.
        own: the clip at its own tempo, at the device's rate.
        sound: what is played.
        quarters: length of a round in quarter notes.
        start: a position in quarter notes at which a round begins.
        bar: the bar that it began in.
        voice: who plays it; None while nothing does.
        course: the voice's, as it was last told.
        fitting: whether a better sound is being made.
        ahead: how far its beginning lay ahead when it was placed, in quarter notes.
        wanted: whether it is to begin in one bar and no other.
    """

    part: int
    clip: Clip
    own: Sound
    sound: Sound
    quarters: float
    start: float = 0.0
    bar: int = 0
    voice: Voice | None = None
    course: Course | None = None
    fitting: bool = False
    ahead: float = 0.0
    wanted: bool = False

    def place(
        self, line: Timeline, soonest_s: float, quantum: str, offset: float, bar: int | None
    ) -> float:
        """Takes the place that it begins at.

        Args:
            line: what it keeps to.
            soonest_s: when it can begin, at the soonest.
            quantum: bar, beat, loop or now.
            offset: a place that the quantum is counted from, in quarter notes.
            bar: the bar that it is to begin in, whatever the quantum; None for the next.

        Returns:
            When it begins.

        Raises:
            StandsStillError: a bar is named, and the line stands still.
            RequestError: that bar cannot be reached any more.
        """
        here = line.quarters_at(soonest_s)
        self.wanted = bar is not None
        if bar is not None:
            if not line.playing:
                raise StandsStillError("on_bar", "the host stands still")
            self.start = (bar - 1) * line.bar_quarters
            if self.start < here:
                raise RequestError("on_bar", f"bar {bar} has come before it was ready")
        else:
            self.start = line.next_multiple(soonest_s, self.grid(line, quantum), offset)
            if quantum == "now":
                self.start -= self.quarters
        self.ahead = max(0.0, self.start - here)
        at_once = bar is None and quantum == "now"
        self.bar = line.bar_of(here if at_once or not line.playing else self.start)
        return soonest_s if at_once else line.time_of(self.start)

    def event(self, state: str) -> PlayingEvent:
        """What subscribers are told of it."""
        return PlayingEvent(PARTS[self.part], self.clip.id, state, self.bar, self.start)

    def length(self, guide: Guide, rate: int) -> float:
        """Frames that a round takes at the guide's tempo."""
        return self.quarters * 60 / guide.bpm * rate

    def grid(self, timeline: Timeline, quantum: str) -> float:
        """Quarter notes from one place to the next where `quantum` lets something happen."""
        if quantum == "beat":
            return 4 / timeline.metre.denominator
        return timeline.bar_quarters if quantum == "bar" else self.quarters

    def goal(self, guide: Guide, clock: Clock, frame: int) -> Course:
        """The course that the guide asks for: on its line at `frame`, and at its tempo."""
        quarters = guide.line.quarters_at(clock.time_at(frame)) - self.start
        length = self.length(guide, clock.rate)
        return Course((Leg(frame, quarters / self.quarters, length),))

    def error(self, goal: Course, frame: int) -> float:
        """How many frames the voice is behind `goal` at `frame`."""
        assert self.course
        return (goal.rounds_at(frame) - self.course.rounds_at(frame)) * goal.length

    def strays(self, goal: Course, frame: int, rate: int) -> bool:
        """Whether it is off its goal, or will be in a second."""
        errors = (self.error(goal, frame), self.error(goal, frame + rate))
        return max(map(abs, errors)) > SLACK_S * rate

    def keep_place(self, line: Timeline, goal: Course, frame: int) -> None:
        """Lets whole bars go by which the line is off: bars are kept, their numbers are not."""
        bar = line.bar_quarters
        off = self.error(goal, frame) / goal.length * self.quarters
        self.start += round(off / bar) * bar

    def steered(self, goal: Course, frame: int, rate: int) -> Course:
        """Leads the voice from its course at `frame` to its goal, without a step."""
        assert self.course
        bridge = max(LEAST_BRIDGE_S * rate, STEEPNESS * abs(self.error(goal, frame)))
        self.course = self.course.led_to(goal, frame, round(bridge), past=frame - rate)
        return self.course

    def begin(
        self, stream: Stream, guide: Guide, frame: int, fade: int, *, crossfades: bool
    ) -> None:
        """Has a voice begin at `frame`, after which a fade is over if it crossfades."""
        self.course = self.goal(guide, stream.clock, frame)
        begin = frame - fade if crossfades else frame
        self.voice = Voice(self.part, self.sound, self.course, begin, fade, equal_power=crossfades)
        stream.send(Start(self.voice))

    def begin_now(self, stream: Stream, guide: Guide) -> None:
        """Has a voice begin at once, where the timeline is."""
        fade = round(START_FADE_S * stream.rate)
        self.begin(stream, guide, stream.soonest(), fade, crossfades=False)

    def replace(self, stream: Stream, *, equal_power: bool) -> None:
        """Fades over to sound and course as they are now, as soon as can be."""
        assert self.course
        old = self.voice
        begin, fade = stream.soonest(), round(SWAP_FADE_S * stream.rate)
        self.voice = Voice(
            self.part, self.sound, self.course, begin, fade, equal_power=equal_power, told=True
        )
        stream.send(Start(self.voice, instead=old))

    def steer(self, stream: Stream, guide: Guide) -> None:
        """Keeps what sounds on the timeline: leads it there, or fades over when that is far."""
        frame = stream.soonest()
        goal = self.goal(guide, stream.clock, frame)
        if self.voice is None or not self.strays(goal, frame, stream.rate):
            return
        self.keep_place(guide.line, goal, frame)
        goal = self.goal(guide, stream.clock, frame)
        if abs(self.error(goal, frame)) > FAR_S * stream.rate:
            self.course = goal
            self.replace(stream, equal_power=True)
        else:
            stream.send(Steer(self.voice, self.steered(goal, frame, stream.rate)))

    def postpone(self, stream: Stream, guide: Guide) -> None:
        """Moves a beginning that the timeline has moved, as long as there is time."""
        frame, voice = stream.soonest(), self.voice
        if voice is None or voice.begin <= frame:
            return
        if abs(self.error(self.goal(guide, stream.clock, voice.begin), voice.begin)) < 0.5:
            return
        crossfades = voice.equal_power
        least = frame + (voice.fade_in if crossfades else 0)
        self._keep_wait(guide.line, stream.clock.time_at(least))
        begin = round(stream.clock.frame_at(guide.line.time_of(self.start)))
        self.begin(stream, guide, max(begin, least), voice.fade_in, crossfades=crossfades)

    def _keep_wait(self, line: Timeline, time_s: float) -> None:
        """Takes another bar to begin in when the line has gone elsewhere, past it or far before."""
        bar = line.bar_quarters
        ahead = self.start - line.quarters_at(time_s)
        if not 0 <= ahead <= max(bar, self.quarters, self.ahead):
            self.start -= math.floor(ahead / bar) * bar
            self.bar = line.bar_of(self.start)

    def hold(self) -> None:
        """Forgets the voice: the device or the timeline has taken it away."""
        self.voice = self.course = None
