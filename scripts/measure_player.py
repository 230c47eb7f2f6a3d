"""Measures the player without a sound device: mixing, stretching, and following a tempo.

python scripts/measure_player.py

The last part runs a player at real pace on a device that only counts.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests" / "server"))

from fake_devices import BEGAN_S, Machine  # type: ignore[import-not-found]  # noqa: E402

from melfusion import loop  # noqa: E402
from melfusion.music import Metre  # noqa: E402
from melfusion.stretch import stretch  # noqa: E402
from server import library  # noqa: E402
from server.clips import Clips  # noqa: E402
from server.clock import Timeline  # noqa: E402
from server.player.engine import AHEAD, Command, Engine, News, Start  # noqa: E402
from server.player.lane import Guide  # noqa: E402
from server.player.output import Output  # noqa: E402
from server.player.player import Player  # noqa: E402
from server.player.ring import Ring  # noqa: E402
from server.player.voice import Course, Sound, Voice  # noqa: E402

RATE = 48000
BLOCK = 256
BARS = 4


def mixing() -> None:
    """Time to mix a block of 1,024 frames."""
    rng = np.random.default_rng(0)
    for what, parts, length, level in (
        ("five parts at their own tempo", 5, 96000, 0.1),
        ("five parts on the way to another tempo", 5, 96500, 0.1),
        ("the same, limited", 5, 96500, 0.6),
    ):
        commands: Ring[Command] = Ring(64, lambda: None)
        engine = Engine(RATE, commands, Ring(4096, News))
        for part in range(parts):
            sound = Sound.of(rng.uniform(-level, level, (96000, 2)).astype(np.float32))
            commands.put(Start(Voice(part, sound, Course.starting(600, length), 600, 48)))
        out, times_ms = np.zeros((1024, 2), np.float32), []
        for number in range(400):
            began_s = time.perf_counter()
            engine.fill(out, number * 1024)
            times_ms.append(1000 * (time.perf_counter() - began_s))
        median, worst = np.median(times_ms), np.quantile(times_ms, 0.99)
        print(f"{what}: {median:.2f} ms, p99 {worst:.2f} ms, of {1024 / RATE * 1000:.1f}")


def stretching() -> None:
    """Time to stretch 8 s of stereo."""
    sound = np.random.default_rng(0).uniform(-0.3, 0.3, (8 * RATE, 2)).astype(np.float32)
    for factor in (0.8, 0.95, 1.05, 1.25):
        times_ms = []
        for _ in range(5):
            began_s = time.perf_counter()
            stretch(sound, round(8 * RATE * factor), RATE)
            times_ms.append(1000 * (time.perf_counter() - began_s))
        print(f"stretching 8 s to {factor:g} of its length: {np.median(times_ms):.0f} ms")


async def following() -> None:
    """How far a loop is off the timeline while the tempo changes."""
    for what, tempo in (
        ("a jump from 120 to 126", lambda second: 126.0 if second > 0 else 120.0),
        ("from 120 to 128 over 8 bars", lambda second: 120 + 8 * min(max(second / 15.5, 0), 1)),
    ):
        with tempfile.TemporaryDirectory() as folder, library.opened(Path(folder)) as opened:
            clips = Clips(opened.folder, opened.database)
            player, errors_ms, swapped_s = await _follow(clips, tempo)
            await player.close()
        worst = max(errors_ms)
        print(f"{what}: {worst:.2f} ms off at most, {swapped_s:.2f} s until it is stretched")


async def _follow(
    clips: Clips, tempo: Callable[[float], float]
) -> tuple[Player, list[float], float]:
    timeline = Timeline(120.0, 0.0, BEGAN_S, Metre())
    machine = Machine(["virtual"], RATE, BLOCK)
    player = Player(
        Output(machine, ""), clips, lambda: Guide(timeline, timeline.bpm), lambda _: None,
        clock=lambda: machine.opened[-1].now_s,
    )  # fmt: skip
    await player.play(_clip(clips), "", "now", 0.02)
    stream = machine.opened[-1]
    errors_ms, swapped_s, began_s = [], float("nan"), time.monotonic()
    while stream.frame < 18 * RATE:
        stream.pull()
        second = stream.now_s - BEGAN_S - 2.0
        if abs(tempo(second) - timeline.bpm) > 0.02:
            here = timeline.at(stream.now_s)
            timeline = Timeline(tempo(second), here.quarters, here.time_s, here.metre)
        player.step()
        for lane in player._playing.values():
            frame = stream.frame + AHEAD
            goal = lane.goal(Guide(timeline, timeline.bpm), stream.clock, frame)
            errors_ms.append(1000 * abs(lane.error(goal, frame)) / RATE)
            if second > 0 and lane.sound is not lane.own and np.isnan(swapped_s):
                swapped_s = second
        # At real pace: the stretching takes its time meanwhile.
        ahead_s = stream.frame / RATE - (time.monotonic() - began_s)
        await asyncio.sleep(max(ahead_s, 0))
    return player, errors_ms, swapped_s


def _clip(clips: Clips) -> str:
    length = loop.samples(BARS, Metre(), 120.0, RATE)
    path = clips.folder / "loop.wav"
    soundfile.write(path, np.random.default_rng(1).uniform(-0.1, 0.1, (length, 2)), RATE)
    plan = {"bpm": 120.0, "metre": "4/4", "key": "C major", "chords": "C"}
    request = {"part": "drums", "bars": BARS}
    recipe = {"id": "loop", "request": request, "plan": plan, "seconds": length / RATE}
    return clips.add(path, {**recipe, "checks": []}).id


if __name__ == "__main__":
    mixing()
    stretching()
    with suppress(KeyboardInterrupt):
        asyncio.run(following())
