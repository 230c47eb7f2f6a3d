"""Ardour without a screen is the host, by its MIDI clock: `python ardour_scene.py`.

One session after the other, in two tempos, is started, stopped and located by OSC. Another process
hears the clock's messages and the metronome on JACK, frame by frame.
"""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from midi_scenes import RATE, Bench, Process, bench, opened, start
from pythonosc.udp_client import SimpleUDPClient

TEMPOS = (123.4, 96.0)
OSC_PORT = 3819
FRAMES = "1024"
STARTS = 6
LIBRARY = Path("/usr/lib/ardour7")
PLACES = {
    "LD_LIBRARY_PATH": f"{LIBRARY}",
    "ARDOUR_DATA_PATH": "/usr/share/ardour7",
    "ARDOUR_CONFIG_PATH": "/etc/ardour7",
    "ARDOUR_DLL_PATH": f"{LIBRARY}",
    "ARDOUR_SURFACES_PATH": f"{LIBRARY}/surfaces",
}
"""What Ardour's own wrapper, which wants a screen, sets."""

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour><Config>
<Option name="send-midi-clock" value="1"/><Option name="clicking" value="1"/>
</Config></Ardour>
"""
STARTED, CONTINUED, STOPPED, TICKED = "fa", "fb", "fc", "f8"


def make_session(home: Path, bpm: float) -> Path:
    """A session in that tempo which listens to OSC, and settings that send a clock."""
    folder = home / "session"
    subprocess.run(
        ["ardour7-new_session", "-s", str(RATE), str(folder), "session"],
        env={**os.environ, "HOME": str(home)}, check=True, capture_output=True,
    )  # fmt: skip
    path = folder / "session.ardour"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'npm="[0-9.]+" enpm="[0-9.]+"', f'npm="{bpm}" enpm="{bpm}"', text)
    osc = '"Open Sound Control (OSC)" active='
    path.write_text(text.replace(f'{osc}"0"', f'{osc}"1"'), encoding="utf-8")
    (home / ".config" / "ardour7" / "config").write_text(SETTINGS, encoding="utf-8")
    return folder


@asynccontextmanager
async def ardour(made: Bench, bpm: float) -> AsyncIterator[None]:
    """Ardour on its session, while its outputs are our inputs.

    Of ten starts of Ardour 7.3 on jackd 1.9.21, three ended with JACK throwing it out, also where
    nobody else was there: two of its threads speak at once. It is started until it is heard.
    """
    with tempfile.TemporaryDirectory() as home:
        folder = make_session(Path(home), bpm)
        for _ in range(STARTS):
            running = await start_ardour(Path(home), folder)
            with contextlib.suppress(TimeoutError):
                await heard(made, running)
                break
            await ended(running)
        try:
            yield
        finally:
            await ended(running)
    await opened(made, there=False)


async def start_ardour(home: Path, folder: Path) -> Process:
    program = next(LIBRARY.glob("hardour-*"))
    return await asyncio.create_subprocess_exec(
        str(program), str(folder), "session", env={**os.environ, **PLACES, "HOME": str(home)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def heard(made: Bench, running: Process) -> None:
    """Waits until its clock is an input of ours and it has settled; TimeoutError if it is not."""
    async with asyncio.timeout(6):
        while running.returncode is None and not any("Clock" in name for name in made.inputs.names):
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    if not made.inputs.names:
        raise TimeoutError


async def ended(running: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        running.kill()
    await running.wait()


async def soon(is_so: Callable[[], bool]) -> float:
    """How many seconds it takes to be so."""
    began_s = time.monotonic()
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.005)
    return time.monotonic() - began_s


def rounds(messages: list[tuple[int, str]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """From each start to the next stop: frames of the ticks, and their quarter notes."""
    found: list[tuple[list[int], float]] = []
    place, rolls = 0.0, False
    for frame, said in messages:
        if said.startswith("f2"):
            place = (int(said[2:4], 16) + 128 * int(said[4:6], 16)) / 4
        elif said in (STARTED, CONTINUED):
            found.append(([], place if said == CONTINUED else 0.0))
            rolls = True
        elif said == STOPPED:
            rolls = False
        elif said == TICKED and rolls:
            found[-1][0].append(frame)
    return [(np.array(at), begins + np.arange(len(at)) / 24) for at, begins in found]


def followed(made: Bench, ticks: np.ndarray, quarters: np.ndarray, bpm: float) -> dict[str, Any]:
    """How far our line was from its ticks, two bars after it started and on."""
    when, ours, tempo = np.array(made.seen).T
    frames = made.frames_at(when)
    settled = (frames > ticks[8 * 24]) & (frames < ticks[-1])
    off = ours[settled] - np.interp(frames[settled], ticks, quarters)
    return {
        "looks": int(settled.sum()),
        "jack_wandered_ms": made.wandered_ms(ticks[0], ticks[-1]),
        "tempo_off": float(np.abs(tempo[settled] - bpm).max()),
        "phase_ms": [float(off.min()) * 60_000 / bpm, float(off.max()) * 60_000 / bpm],
    }


async def session(made: Bench, bpm: float, place: float) -> dict[str, Any]:
    """Plays from the beginning, stops, and plays on from quarter note `place`."""
    osc = SimpleUDPClient("127.0.0.1", OSC_PORT)

    def rolls(so: bool) -> Callable[[], bool]:
        return lambda: made.leader.state().leader == "midi" and made.leader.timeline.playing is so

    found: dict[str, Any] = {"bpm": bpm}
    async with ardour(made, bpm):
        ears = await start(sys.executable, str(Path(__file__).with_name("jack_ears.py")))
        osc.send_message("/transport_stop", [])  # it rolls when it is opened
        await asyncio.sleep(1.5)
        before = made.xruns
        for number, quarters in enumerate((0.0, place)):
            osc.send_message("/locate", [round(quarters * 60 / bpm * RATE), 0])
            await asyncio.sleep(0.5)
            osc.send_message("/transport_play", [])
            found[f"started_{number}_s"] = await soon(rolls(True))
            await asyncio.sleep(14 * 60 / bpm)
            osc.send_message("/transport_stop", [])
            found[f"stopped_{number}_s"] = await soon(rolls(False))
            await asyncio.sleep(0.5)
        found["xruns"] = made.xruns - before
        said, _ = await ears.communicate(b"")
    heard = json.loads(said)
    clicks = np.array(heard["clicks"])
    for number, (ticks, quarters) in enumerate(rounds(heard["messages"])):
        found[f"round_{number}"] = followed(made, ticks, quarters, bpm)
        beats = ticks[quarters % 1 == 0]
        late = [int(min(beat - clicks, key=abs)) for beat in beats]
        found[f"round_{number}"] |= {"from": float(quarters[0]), "behind_metronome": late[1:-1]}
    return found


async def main() -> dict[str, Any]:
    async with bench(FRAMES, waits=False) as made:
        try:
            return {"sessions": [await session(made, bpm, 16.0) for bpm in TEMPOS]}
        except TimeoutError:
            return {
                "sessions": [],
                "trouble": "Ardour was thrown out, or did not do as it was told",
            }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
