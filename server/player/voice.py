"""A voice: one loop that sounds on one part, at a place that the frame number alone decides.

Places are counted in rounds of the loop: 2.25 is a quarter of the way through the third. A Course
says at which frame the loop is where. Because a place is never the sum of steps, nothing drifts.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .limiter import Frames, spread

NEVER = 1 << 62
"""A frame that does not come."""

EXACT = 1.0
"""A loop whose length is so near to what is wanted, in frames, is played sample by sample."""


@dataclass(frozen=True)
class Leg:
    """A stretch of a course at one tempo.

    Attributes:
        frame: its first frame.
        rounds: the place there.
        length: frames that a round takes.
    """

    frame: int
    rounds: float
    length: float


@dataclass(frozen=True)
class Course:
    """Where a loop is at each frame: legs, one after the other. The first holds before it too."""

    legs: tuple[Leg, ...]

    @classmethod
    def starting(cls, frame: float, length: float) -> "Course":
        """Begins its first round at `frame`, which need not be whole."""
        whole = math.floor(frame)
        return cls((Leg(whole, (whole - frame) / length, length),))

    def leg_at(self, frame: int) -> int:
        """Number of the leg in force at `frame`."""
        return max(0, bisect_right(self.legs, frame, key=lambda leg: leg.frame) - 1)

    def rounds_at(self, frame: int) -> float:
        """The place at `frame`."""
        leg = self.legs[self.leg_at(frame)]
        return leg.rounds + (frame - leg.frame) / leg.length

    def led_to(self, goal: "Course", frame: int, bridge: int, past: int) -> "Course":
        """This course up to `frame`, then one even leg that joins `goal` after `bridge` frames.

        Legs that end before the frame `past` are forgotten.
        """
        here, there = self.rounds_at(frame), goal.rounds_at(frame + bridge)
        kept = self.legs[self.leg_at(past) : self.leg_at(frame) + 1]
        leg = Leg(frame, here, bridge / (there - here))
        return Course((*kept, leg, Leg(frame + bridge, there, goal.length)))

    @property
    def length(self) -> float:
        """Frames that a round takes in the end."""
        return self.legs[-1].length


@dataclass(frozen=True, eq=False)
class Sound:
    """A loop in memory.

    Attributes:
        frames: [N, 2], float32.
        slip: where a frame can be left out or told twice with the least trace, 2 to N - 2.
    """

    frames: Frames
    slip: int

    @classmethod
    def of(cls, frames: Frames) -> "Sound":
        """A sound whose slip lies where its samples change least."""
        steps = np.abs(np.diff(frames, axis=0, append=frames[:1])).max(1)
        near = np.convolve(steps, np.ones(16, np.float32), "same")
        return cls(np.ascontiguousarray(frames, np.float32), int(near[2:-1].argmin()) + 2)


@dataclass(eq=False, slots=True)
class Voice:
    """A sound on its course. Once it is started it belongs to the engine.

    Attributes:
        part: number of its part.
        sound: what is heard.
        course: where it is when.
        begin: the first frame that is heard.
        fade_in: frames that the fade takes from there.
        end: the first frame that is not heard any more.
        fade_out: frames that the fade takes up to there.
        equal_power: whether the fade in keeps the power of unlike sounds, or the sum of like ones.
        equal_power_out: the same for the fade out.
        told: whether its start has been told.
    """

    part: int
    sound: Sound
    course: Course
    begin: int
    fade_in: int
    end: int = NEVER
    fade_out: int = 0
    equal_power: bool = False
    equal_power_out: bool = False
    told: bool = False

    def end_at(self, frame: int, fade: int, now: int, equal_power: bool) -> None:
        """Lets it end at `frame` after a fade, or as soon as that can be; `now` is what is next.

        A fade out that has begun goes on as it began.
        """
        if self.end - self.fade_out > now:
            self.end, self.fade_out = max(frame, now + fade), fade
            self.equal_power_out = equal_power


class Hands:
    """Arrays to work with, for blocks of up to `block` frames."""

    def __init__(self, block: int) -> None:
        self.ramp = np.arange(block, dtype=np.float64)
        self.places = np.zeros(block, np.float64)
        self.gain = np.zeros(block, np.float64)
        self.gains = np.zeros((block, 2), np.float32)
        self.index = np.zeros(block, np.intp)
        self.at = np.zeros(block, np.intp)
        self.between = np.zeros((block, 2), np.float32)
        self.taps = np.zeros((4, block, 2), np.float32)
        self.sum = np.zeros((2, block, 2), np.float32)
        self.out = np.zeros((block, 2), np.float32)


def render(voice: Voice, first: int, count: int, hands: Hands) -> Frames | None:
    """The voice from frame `first` on, [count, 2] in `hands.out`; None when it is silent there."""
    a, b = max(first, voice.begin), min(first + count, voice.end)
    if a >= b:
        return None
    out = hands.out[:count]
    out[: a - first] = 0.0
    out[b - first :] = 0.0
    legs = voice.course.legs
    number = voice.course.leg_at(a)
    while a < b:
        leg = legs[number]
        until = min(b, legs[number + 1].frame) if number + 1 < len(legs) else b
        where = out[a - first : until - first]
        if abs(leg.length - len(voice.sound.frames)) <= EXACT:
            _copy(voice.sound, leg, a, where)
        else:
            _interpolate(voice.sound.frames, leg, a, where, hands)
        a, number = until, number + 1
    _fade(voice, first, out, hands)
    return out


def _copy(sound: Sound, leg: Leg, frame: int, out: Frames) -> None:
    """Sample by sample; each round begins at the whole frame that is nearest to its exact one.

    So rounds differ by a frame in length, which is left out or told twice at the sound's slip.
    """
    size, origin = len(sound.frames), leg.frame - leg.rounds * leg.length
    number = math.floor((frame - origin) / leg.length)
    done = 0
    while done < len(out):
        begin = _nearest(origin + number * leg.length)
        after = _nearest(origin + (number + 1) * leg.length)
        at = frame + done - begin
        if at < 0 or frame + done >= after:
            number += -1 if at < 0 else 1
            continue
        if at < sound.slip:
            source, run = at, min(len(out) - done, sound.slip - at)
        else:
            source, run = at + size - (after - begin), min(len(out) - done, after - frame - done)
        np.copyto(out[done : done + run], sound.frames[source : source + run])
        done += run


def _nearest(frame: float) -> int:
    return math.floor(frame + 0.5)


def _interpolate(frames: Frames, leg: Leg, frame: int, out: Frames, hands: Hands) -> None:
    """By cubic Hermite splines through four samples: a loop that is not at its own tempo.

    Source: Catmull and Rom, A class of local interpolating splines (1974).
    """
    count = len(out)
    places, at, index = hands.places[:count], hands.at[:count], hands.index[:count]
    np.divide(hands.ramp[:count], leg.length, out=places)
    np.add(places, (leg.rounds + (frame - leg.frame) / leg.length) % 1.0, out=places)
    np.multiply(places, len(frames), out=places)
    whole = np.floor(places, out=hands.gain[:count])
    np.copyto(at, whole, casting="unsafe")
    between = hands.between[:count]
    np.subtract(places, whole, out=places)
    spread(places, between)
    before, here, after, then = hands.taps[:, :count]
    for offset, tap in zip((-1, 0, 1, 2), (before, here, after, then), strict=True):
        np.add(at, offset, out=index)
        np.take(frames, index, axis=0, out=tap, mode="wrap")
    # here + t/2 (after - before + t (2 before - 5 here + 4 after - then
    #             + t (3 (here - after) + then - before)))
    work, rest = hands.sum[:, :count]
    np.subtract(here, after, out=work)
    np.multiply(work, 3.0, out=work)
    np.add(work, then, out=work)
    np.subtract(work, before, out=work)
    np.multiply(work, between, out=work)
    np.multiply(after, 4.0, out=rest)
    np.subtract(rest, then, out=rest)
    np.add(work, rest, out=work)
    np.multiply(here, 5.0, out=rest)
    np.subtract(work, rest, out=work)
    np.multiply(before, 2.0, out=rest)
    np.add(work, rest, out=work)
    np.multiply(work, between, out=work)
    np.add(work, after, out=work)
    np.subtract(work, before, out=work)
    np.multiply(work, between, out=work)
    np.multiply(work, 0.5, out=work)
    np.add(work, here, out=out)


def _fade(voice: Voice, first: int, out: Frames, hands: Hands) -> None:
    """Multiplies `out` with the voice's fades, where they are."""
    last = first + len(out) - 1
    if first <= voice.begin + voice.fade_in:
        _multiply(out, first - voice.begin + 1, 1, voice.fade_in + 1, voice.equal_power, hands)
    if last >= voice.end - voice.fade_out - 1:
        _multiply(out, voice.end - first, -1, voice.fade_out + 1, voice.equal_power_out, hands)


def _multiply(
    out: Frames, start: int, step: int, over: int, equal_power: bool, hands: Hands
) -> None:
    """Multiplies with a fade that has gone `start`, `start + step`, ... of `over` frames."""
    gain: npt.NDArray[np.float64] = hands.gain[: len(out)]
    np.multiply(hands.ramp[: len(out)], step, out=gain)
    np.add(gain, start, out=gain)
    np.divide(gain, over, out=gain)
    np.clip(gain, 0.0, 1.0, out=gain)
    if equal_power:
        np.multiply(gain, math.pi / 2, out=gain)
        np.sin(gain, out=gain)
    gains = hands.gains[: len(out)]
    spread(gain, gains)
    np.multiply(out, gains, out=out)
