"""An engine whose blocks a test asks for."""

import math
from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np

from server.player.engine import Command, Engine, Kind, News, Start
from server.player.ring import Ring
from server.player.voice import Course, Sound, Voice

RATE = 48000
START_FADE = 48


def tone(frames: int, hertz: float = 110.0, level: float = 0.4, rate: int = RATE) -> Sound:
    """A loop without a seam: whole periods of a sine, softer on the right."""
    periods = max(1, round(hertz * frames / rate))
    left = level * np.sin(2 * np.pi * periods * np.arange(frames) / frames)
    return Sound.of(np.stack([left, left / 2], 1).astype(np.float32))


def noise(frames: int, seed: int = 0, level: float = 0.3) -> Sound:
    rng = np.random.default_rng(seed)
    return Sound.of(rng.uniform(-level, level, (frames, 2)).astype(np.float32))


def voice(
    sound: Sound, frame: float, length: float | None = None, part: int = 0, fade: int = START_FADE
) -> Voice:
    """A voice that begins with its sound's beginning at `frame`, out of silence."""
    course = Course.starting(frame, length or len(sound.frames))
    return Voice(part, sound, course, math.floor(frame + 0.5), fade)


class Bench:
    """An engine, the frame it is at, and what it has told."""

    def __init__(self, frame: int = 0, rate: int = RATE, news: int = 4096) -> None:
        self.commands: Ring[Command] = Ring(512, lambda: None)
        self.news: Ring[News] = Ring(news, News)
        self.engine = Engine(rate, self.commands, self.news)
        self.frame = frame
        self.told: list[tuple[Kind, int, Voice | None]] = []
        self.meters: list[np.ndarray] = []

    def say(self, *commands: Command) -> None:
        for command in commands:
            assert self.commands.put(command)

    def start(self, *voices: Voice) -> None:
        self.say(*(Start(each) for each in voices))

    def pull(self, frames: int, blocks: Sequence[int] = (1024,)) -> np.ndarray:
        """The next `frames` frames, asked for in blocks of those sizes, again and again."""
        out = np.full((frames, 2), np.nan, np.float32)
        done = 0
        sizes: Iterator[int] = cycle(blocks)
        while done < frames:
            size = min(next(sizes), frames - done)
            self.engine.fill(out[done : done + size], self.frame)
            self.hear()
            done += size
            self.frame += size
        return out

    def hear(self) -> None:
        for news in self.news.drain():
            if news.kind is Kind.METERS:
                self.meters.append(news.levels.copy())
            else:
                self.told.append((news.kind, news.frame, news.voice))


def largest_step(sound: np.ndarray) -> float:
    return float(np.abs(np.diff(sound, axis=0)).max())
