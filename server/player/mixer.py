"""How loud each part is, and the whole."""

from melfusion.request import RequestError

from ..player_messages import MixEvent
from .engine import MASTER, PARTS, Level


class Mixer:
    """Gains and mutes; number MASTER is the whole."""

    def __init__(self) -> None:
        self._levels = {number: (1.0, False) for number in range(MASTER + 1)}

    def set(self, number: int, gain: float | None, mute: bool | None) -> None:
        """Changes what is not None."""
        old_gain, old_mute = self._levels[number]
        gain = old_gain if gain is None else gain
        self._levels[number] = gain, old_mute if mute is None else mute

    def command(self, number: int) -> Level:
        """What the engine is told."""
        gain, mute = self._levels[number]
        return Level(number, 0.0 if mute else gain)

    def event(self, number: int) -> MixEvent:
        """What subscribers are told."""
        gain, mute = self._levels[number]
        return MixEvent("" if number == MASTER else PARTS[number], gain, int(mute))


def part_number(part: str) -> int:
    """The number of a part.

    Raises:
        RequestError: there is no such part.
    """
    if part not in PARTS:
        raise RequestError("part", f"must be one of {', '.join(PARTS)}, not {part!r}")
    return PARTS.index(part)
