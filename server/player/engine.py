"""The engine: mixes the voices of all parts into blocks of sound. It knows no device.

What is heard at a frame depends on the frame's number and on the commands alone, not on how frames
come in blocks. Commands come through a ring, and news go out through another.

Threading: `fill` runs in the audio callback, and all that the engine and its voices hold is that
thread's alone. It allocates no arrays, takes no locks, logs nothing and opens nothing. The owner
(player.py) puts commands and drains news; it keeps every voice until it has heard that it ended, so
that no memory is freed in the callback.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from melfusion.request import PARTS as STEMS

from .limiter import WINDOW, Frames, Limiter, spread
from .ring import Ring
from .voice import NEVER, Course, Hands, Voice, render

PARTS = (*STEMS, "full")
"""What plays side by side."""

BLOCK = 1024
"""Frames that are mixed at once; longer blocks are done in pieces."""

AHEAD = WINDOW
"""Commands reach what is mixed this many frames before it is given out."""

MOST_VOICES = 40
RAMP_S = 0.01
"""How long a change of gain takes."""

METERS_A_SECOND = 20


@dataclass(frozen=True)
class Start:
    """Begins a voice; whatever its part plays ends as it begins, with a fade as long.

    With `instead` only that voice ends, and when that had an end already, it is the new one's.
    """

    voice: Voice
    instead: Voice | None = None


@dataclass(frozen=True)
class Stop:
    """Ends what a part plays at `frame`, after a fade."""

    part: int
    frame: int
    fade: int


@dataclass(frozen=True)
class Steer:
    """Gives a voice another course, which should be the same for what has been mixed already."""

    voice: Voice
    course: Course


@dataclass(frozen=True)
class Level:
    """Sets the gain of a part, or of everything when `part` is MASTER."""

    part: int
    gain: float


Command = Start | Stop | Steer | Level | None

MASTER = len(PARTS)


class Kind(Enum):
    """What is new."""

    STARTED = auto()
    ENDED = auto()
    METERS = auto()
    UNDERRUN = auto()


@dataclass
class News:
    """What happened, at which frame.

    Attributes:
        kind: what.
        frame: when.
        voice: which voice started or ended.
        levels: highest sample of each part and of the whole since the last meters, and the least
            gain of the limiter; [PARTS + 2].
    """

    kind: Kind = Kind.METERS
    frame: int = 0
    voice: Voice | None = None
    levels: npt.NDArray[np.float32] = field(
        default_factory=lambda: np.zeros(len(PARTS) + 2, np.float32)
    )


class Ramp:
    """A gain that moves to its goal in RAMP_S."""

    def __init__(self, rate: int) -> None:
        self._over = max(1, round(RAMP_S * rate))
        self._from = self._to = 1.0
        self._begin = -self._over

    def go(self, goal: float, frame: int) -> None:
        """Sets out for `goal` at `frame`."""
        self._from, self._to, self._begin = self._at(frame), goal, frame

    def _at(self, frame: int) -> float:
        gone = min(1.0, (frame - self._begin) / self._over)
        return self._from + (self._to - self._from) * gone

    def apply(self, sound: Frames, first: int, hands: Hands) -> None:
        """Multiplies `sound`, whose first frame has the number `first`."""
        if first >= self._begin + self._over:
            if self._to != 1.0:
                np.multiply(sound, np.float32(self._to), out=sound)
            return
        gain = hands.gain[: len(sound)]
        np.add(hands.ramp[: len(sound)], first - self._begin, out=gain)
        np.divide(gain, self._over, out=gain)
        np.clip(gain, 0.0, 1.0, out=gain)
        np.multiply(gain, self._to - self._from, out=gain)
        np.add(gain, self._from, out=gain)
        gains = hands.gains[: len(sound)]
        spread(gain, gains)
        np.multiply(sound, gains, out=sound)


class Engine:
    """Mixes.

    Args:
        rate: frames a second.
        commands: what to do, from the owner.
        news: what happened, to the owner.
    """

    def __init__(self, rate: int, commands: Ring[Command], news: Ring[News]) -> None:
        self.rate = rate
        self._commands = commands
        self._news = news
        self._voices: list[Voice | None] = [None] * MOST_VOICES
        self._levels = [Ramp(rate) for _ in range(len(PARTS) + 1)]
        self._limiter = Limiter(BLOCK)
        self._hands = Hands(BLOCK)
        self._bus = np.zeros((BLOCK, 2), np.float32)
        self._peaks = np.zeros(len(PARTS) + 2, np.float32)
        self._peaks[-1] = 1.0
        self._meters_after = rate // METERS_A_SECOND
        self._metered = 0
        self._mixed = NEVER

    def fill(self, out: Frames, first_frame: int) -> None:
        """Gives the sound from `first_frame` on.

        Args:
            out: [frames, 2], float32, to be filled.
            first_frame: the absolute number of its first frame; the one after the last block's
                last, or, after a gap, a later one.
        """
        if first_frame + WINDOW != self._mixed:
            self._mixed = first_frame - WINDOW
            self._obey(first_frame)
            self._mix(self._limiter.history())
            self._limiter.jumped()
        else:
            self._obey(self._mixed)
        for begin in range(0, len(out), BLOCK):
            piece = out[begin : begin + BLOCK]
            self._mix(self._limiter.inlet(len(piece)))
            self._limiter.process(piece)
            self._meter(piece, first_frame + begin)

    def underrun(self, frame: int) -> None:
        """The device lacked sound at `frame`."""
        self._tell(Kind.UNDERRUN, frame, None)

    def _mix(self, into: Frames) -> None:
        """Mixes the next frames."""
        first, count = self._mixed, len(into)
        into[:] = 0.0
        for part in range(len(PARTS)):
            self._mix_part(part, first, into)
        self._levels[MASTER].apply(into, first, self._hands)
        for number, voice in enumerate(self._voices):
            if voice is not None:
                if not voice.told and voice.begin < first + count:
                    voice.told = True
                    self._tell(Kind.STARTED, voice.begin, voice)
                if voice.end <= first + count:
                    self._drop(number, voice.end)
        self._mixed = first + count

    def _mix_part(self, part: int, first: int, into: Frames) -> None:
        bus: Frames | None = None
        for voice in self._voices:
            if voice is None or voice.part != part:
                continue
            sound = render(voice, first, len(into), self._hands)
            if sound is None:
                continue
            if bus is None:
                bus = self._bus[: len(into)]
                np.copyto(bus, sound)
            else:
                np.add(bus, sound, out=bus)
        if bus is not None:
            self._levels[part].apply(bus, first, self._hands)
            np.add(into, bus, out=into)
            self._peaks[part] = max(self._peaks[part], _peak(bus))

    def _obey(self, now: int) -> None:
        """Carries the commands out; `now` is the first frame that they can change."""
        while (command := self._commands.take()) is not None:
            if isinstance(command, Start):
                self._start(command.voice, command.instead, now)
            elif isinstance(command, Stop):
                self._end(command.part, command.frame, command.fade, now)
            elif isinstance(command, Steer):
                command.voice.course = command.course
            else:
                self._levels[command.part].go(command.gain, now)
            self._commands.taken()

    def _start(self, voice: Voice, instead: Voice | None, now: int) -> None:
        # One that comes too late begins now, where it would be.
        voice.begin = max(voice.begin, now)
        end = voice.begin + voice.fade_in
        if instead is None:
            self._end(voice.part, end, voice.fade_in, now, voice.equal_power)
        else:
            voice.end, voice.fade_out = instead.end, instead.fade_out
            voice.equal_power_out = instead.equal_power_out
            instead.end_at(end, voice.fade_in, now, voice.equal_power)
        for number, there in enumerate(self._voices):
            if there is None:
                self._voices[number] = voice
                return
        self._tell(Kind.ENDED, now, voice)

    def _end(self, part: int, frame: int, fade: int, now: int, equal_power: bool = False) -> None:
        for number, voice in enumerate(self._voices):
            if voice is not None and voice.part == part:
                if voice.begin > now:
                    self._drop(number, now)
                else:
                    voice.end_at(frame, fade, now, equal_power)

    def _drop(self, number: int, frame: int) -> None:
        self._tell(Kind.ENDED, frame, self._voices[number])
        self._voices[number] = None

    def _meter(self, out: Frames, first: int) -> None:
        self._peaks[MASTER] = max(self._peaks[MASTER], _peak(out))
        self._peaks[-1] = min(self._peaks[-1], self._limiter.least_gain)
        if not 0 <= first - self._metered < self._meters_after:
            self._metered = first - first % self._meters_after
            self._tell(Kind.METERS, first, None)
            self._peaks[:] = 0.0
            self._peaks[-1] = 1.0

    def _tell(self, kind: Kind, frame: int, voice: Voice | None) -> None:
        """Tells the owner, if the ring has room; it has, unless the owner stands still."""
        news = self._news.slot()
        if news is not None:
            news.kind, news.frame, news.voice = kind, frame, voice
            np.copyto(news.levels, self._peaks)
            self._news.commit()


def _peak(sound: Frames) -> float:
    return float(max(sound.max(), -sound.min()))
