"""Sound devices that obey the contract of server.player.output: blocks are asked for when a test
says so, and time is what has been asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from server.player.device import DeviceError
from server.player.engine import AHEAD, Command, Engine, News, Start
from server.player.ring import Ring
from server.player.voice import Sound
from server.player.wire import Found

BEGAN_S = 1000.0
"""When frame 0 of a device is heard."""


class VirtualClock:
    """A clock that was always steady."""

    def __init__(self, rate: int, began_s: float) -> None:
        self.rate = rate
        self.steady = True
        self.began_s = began_s

    def frame_at(self, time_s: float) -> float:
        return (time_s - self.began_s) * self.rate

    def time_at(self, frame: float) -> float:
        return self.began_s + frame / self.rate


class VirtualStream:
    """An open device that keeps all it was given."""

    def __init__(self, name: str, rate: int, block: int, began_s: float) -> None:
        self.name = name
        self.rate = rate
        self.block = block
        self.frame = 0
        self.clock = VirtualClock(rate, began_s)
        self._commands: Ring[Command] = Ring(256, lambda: None)
        self._news: Ring[News] = Ring(512, News)
        self._engine = Engine(rate, self._commands, self._news)
        self._loaded: set[Sound] = set()
        self.lost = False
        self.closed = False
        self.heard: list[np.ndarray] = []

    @property
    def sound(self) -> np.ndarray:
        """All that was played, [frames, 2]."""
        return np.concatenate(self.heard)

    @property
    def now_s(self) -> float:
        return self.clock.time_at(self.frame)

    def pull(self) -> None:
        """Asks for one block."""
        out = np.full((self.block, 2), np.nan, np.float32)
        self._engine.fill(out, self.frame)
        self.heard.append(out)
        self.frame += self.block

    def is_lost(self) -> bool:
        return self.lost

    async def load(self, sound: Sound) -> None:
        self._loaded.add(sound)

    def send(self, command: Command) -> None:
        assert not isinstance(command, Start) or command.voice.sound in self._loaded
        assert self._commands.put(command)

    def soonest(self) -> int:
        return self.frame + AHEAD + 2 * self.block

    def news(self) -> Iterator[News]:
        return self._news.drain()

    async def close(self) -> None:
        self.closed = True


@dataclass
class Machine:
    """A machine with these devices; `opened` has every stream so far."""

    names: list[str]
    rate: int = 48000
    block: int = 256
    began_s: float = BEGAN_S
    opened: list[VirtualStream] = field(default_factory=list)

    async def found(self) -> list[Found]:
        return [Found(name, "virtual", self.rate, name == self.names[0]) for name in self.names]

    async def open(self, name: str) -> VirtualStream:
        names = [known for known in self.names if name in known]
        if not names:
            raise DeviceError("there is no sound device; one that is connected is found by itself")
        stream = VirtualStream(names[0], self.rate, self.block, self.began_s)
        self.opened.append(stream)
        return stream
