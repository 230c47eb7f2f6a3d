"""A player whose device is asked for blocks by the test."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from melfusion import loop
from melfusion.music import Metre
from server.clips import Clips
from server.clock import Timeline
from server.messages import Event
from server.player.lane import Guide
from server.player.output import Output
from server.player.player import Player
from server.player_messages import PlayingEvent

from ..fake_devices import BEGAN_S, Machine, VirtualStream

RATE = 48000
BAR_FRAMES = 2 * RATE
"""At 120."""


def write(folder: Path, clips: Clips, name: str, hertz: float, **more: object) -> str:
    """Puts a loop of one bar, or as `more` says, into the library; its samples never are 0."""
    about = {"bars": 1, "bpm": 120.0, "part": "drums", "rate": RATE, **more}
    length = loop.samples(about["bars"], Metre(), about["bpm"], about["rate"])
    periods = round(hertz * length / about["rate"])
    sound = 0.25 + 0.2 * np.cos(2 * np.pi * periods * np.arange(length) / length)
    path = folder / f"{name}.wav"
    soundfile.write(path, sound, about["rate"], subtype="FLOAT")
    recipe = {
        "id": name,
        "request": {
            "prompt": name,
            "image": "",
            "part": about["part"],
            "bars": about["bars"],
            "seed": 5,
        },
        "take_seed": 77,
        "plan": {"bpm": about["bpm"], "metre": "4/4", "key": "C major", "chords": "C"},
        "seconds": length / about["rate"],
        "checks": [],
    }
    return clips.add(path, recipe).id


@dataclass
class Stage:
    """A player whose device is asked for blocks by the test."""

    machine: Machine
    clips: Clips
    folder: Path
    timeline: Timeline = field(default_factory=lambda: Timeline(120.0, 0.0, BEGAN_S, Metre()))
    bpm: float = 0.0
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.player = Player(
            Output(self.machine, ""),
            self.clips,
            lambda: Guide(self.timeline, self.bpm or self.timeline.bpm),
            self.events.append,
            clock=lambda: self.stream.now_s if self.machine.opened else BEGAN_S,
        )

    @property
    def stream(self) -> VirtualStream:
        return self.machine.opened[-1]

    @property
    def sound(self) -> np.ndarray:
        return self.stream.sound

    async def pull(self, frames: int) -> None:
        """Lets the device ask for so many frames, and the player look after it in between."""
        for _ in range(-(-frames // self.stream.block)):
            self.stream.pull()
            self.player.step()
            await asyncio.sleep(0)

    async def settle(self, seconds: float = 0.5) -> None:
        """Lets work in other threads come to its end, while no time goes by."""
        for _ in range(round(seconds / 0.01)):
            self.player.step()
            await asyncio.sleep(0.01)

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def said(self) -> list[tuple[str, str, str]]:
        return [(e.part, e.clip, e.state) for e in self.told(PlayingEvent)]
