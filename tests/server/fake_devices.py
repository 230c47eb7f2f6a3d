"""Sound devices that obey the contract of server.player.output: blocks are asked for when a test
says so, and time is what has been asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from server.player.device import DeviceError, Filler, Found

BEGAN_S = 1000.0
"""When frame 0 of a device is heard."""


class VirtualClock:
    """A clock that was always steady."""

    def __init__(self, rate: int, began_s: float) -> None:
        self.rate = rate
        self.steady = True
        self.began_s = began_s

    def settle(self) -> None:
        """Nothing to do."""

    def frame_at(self, time_s: float) -> float:
        return (time_s - self.began_s) * self.rate

    def time_at(self, frame: float) -> float:
        return self.began_s + frame / self.rate


class VirtualStream:
    """An open device that keeps all it was given."""

    def __init__(self, name: str, rate: int, filler: Filler, block: int, began_s: float) -> None:
        self.name = name
        self.rate = rate
        self.block = block
        self.frame = 0
        self.clock = VirtualClock(rate, began_s)
        self.filler = filler
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
        self.filler.fill(out, self.frame)
        self.heard.append(out)
        self.frame += self.block

    def is_lost(self) -> bool:
        return self.lost

    def close(self) -> None:
        self.closed = True


@dataclass
class Machine:
    """A machine with these devices; `opened` has every stream so far."""

    names: list[str]
    rate: int = 48000
    block: int = 256
    began_s: float = BEGAN_S
    opened: list[VirtualStream] = field(default_factory=list)

    async def found(self, *, anew: bool) -> list[Found]:  # noqa: ARG002
        return [Found(name, "virtual", self.rate, name == self.names[0]) for name in self.names]

    async def open(self, name: str, make: Callable[[int], Filler]) -> VirtualStream:
        names = [known for known in self.names if name in known]
        if not names:
            raise DeviceError("there is no sound device; one that is connected is found by itself")
        stream = VirtualStream(names[0], self.rate, make(self.rate), self.block, self.began_s)
        self.opened.append(stream)
        return stream

    async def close(self, stream: VirtualStream) -> None:
        stream.close()
