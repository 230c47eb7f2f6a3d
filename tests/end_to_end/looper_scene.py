"""SooperLooper plays a loop of ours on JACK's transport: `python looper_scene.py WAV BPM`.

It is told by OSC to load the file and to begin on a beat. What it plays is recorded and compared
with the file, sample by sample, round after round. SooperLooper wants ALSA's sequencer, which a
machine without sound has not: a library of stand-ins is laid before it.
"""

import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jack
import numpy as np
import soundfile
from pythonosc.udp_client import SimpleUDPClient

RATE = 48000
PORT = 9951
HAS_BBT = 0x10
"""JackPositionBBT: bars, beats and ticks are told."""
TICKS = 1920.0
ROUNDS = 6

STAND_INS = """
#include <errno.h>
#include <poll.h>
static int there;
int snd_seq_open(void **s, const char *n, int m, int f) { *s = &there; return 0; }
int snd_seq_close(void *s) { return 0; }
int snd_seq_set_client_name(void *s, const char *n) { return 0; }
int snd_seq_create_simple_port(void *s, const char *n, unsigned c, unsigned t) { return 0; }
int snd_seq_poll_descriptors(void *s, struct pollfd *p, unsigned n, short e) {
  if (n) { p->fd = -1; p->events = 0; }
  return n ? 1 : 0;
}
int snd_seq_event_input(void *s, void **e) { *e = 0; return -EAGAIN; }
int snd_seq_event_output(void *s, void *e) { return 0; }
int snd_seq_drain_output(void *s) { return 0; }
"""


class Host:
    """JACK's transport with bars and beats, and the left channel of what the looper plays."""

    def __init__(self, bpm: float) -> None:
        self.bpm = bpm
        self.xruns = 0
        self.client = jack.Client("host")
        self.port = self.client.inports.register("in")
        self.blocks: list[np.ndarray] = []
        self.client.set_process_callback(lambda _: self.blocks.append(self.port.get_array().copy()))
        self.client.set_timebase_callback(self._place)
        self.client.set_xrun_callback(self._count)

    def _count(self, _: float) -> None:
        self.xruns += 1

    def _place(self, _state: int, _frames: int, place: Any, _new: bool) -> None:
        beats = place.frame * self.bpm / 60 / RATE
        beat = math.floor(beats)
        place.bar, place.beat, place.tick = beat // 4 + 1, beat % 4 + 1, int((beats - beat) * TICKS)
        place.bar_start_tick = beat // 4 * 4 * TICKS
        place.beats_per_bar, place.beat_type, place.ticks_per_beat = 4.0, 4.0, TICKS
        place.beats_per_minute, place.valid = self.bpm, HAS_BBT


async def start(*words: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *words, env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def played(wav: Path, bpm: float, folder: Path) -> dict[str, Any]:
    shim, source = folder / "shim.so", folder / "shim.c"
    source.write_text(STAND_INS, encoding="utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source], check=True)
    jackd = await start("jackd", "-r", "-S", "-d", "dummy", "-r", str(RATE), "-p", "1024")
    await asyncio.sleep(1.5)
    words = ("sooperlooper", "-q", "-l", "1", "-c", "2", "-p", str(PORT))
    looper = await start(*words, LD_PRELOAD=str(shim))
    host, asked = Host(bpm), SimpleUDPClient("127.0.0.1", PORT)
    with host.client:
        async with asyncio.timeout(15):
            while not host.client.get_ports("sooperlooper:loop0_out_1"):
                await asyncio.sleep(0.1)
        host.client.connect("sooperlooper:loop0_out_1", host.port)
        asked.send_message("/sl/0/load_loop", [str(wav), "osc.udp://localhost:1/", "/error"])
        for name, value in (("sync_source", -1.0), ("eighth_per_cycle", 8.0)):
            asked.send_message("/set", [name, value])
        for name in ("sync", "playback_sync", "quantize"):
            asked.send_message("/sl/0/set", [name, 1.0])
        await asyncio.sleep(1)
        host.client.transport_locate(0)
        host.client.transport_start()
        await asyncio.sleep(0.5)
        asked.send_message("/sl/0/hit", ["trigger"])
        sound, _ = soundfile.read(wav, dtype="float32", always_2d=True)
        await asyncio.sleep((ROUNDS + 1) * len(sound) / RATE + 2)
        found = compared(np.concatenate(host.blocks), sound[:, 0], bpm)
    for process in (looper, jackd):
        process.terminate()
        await process.wait()
    return {**found, "xruns": host.xruns}


def compared(heard: np.ndarray, loop: np.ndarray, bpm: float) -> dict[str, Any]:
    """Where each round lies in what was heard, and how far what was heard is from the file.

    The first round is left out: SooperLooper fades in, and may be a little off the beat at first.
    """
    sounding = np.flatnonzero(np.abs(heard) > 1e-5)
    if not len(sounding):
        return {"rounds": []}
    length, first = len(loop), int(sounding[0])
    probe = loop[: length // 2]
    places, at = [], first + length
    for _ in range(ROUNDS - 1):
        reach = 4096
        window = heard[at - reach : at + len(probe) + reach]
        score = np.fft.irfft(
            np.fft.rfft(window, 2 * length) * np.conj(np.fft.rfft(probe, 2 * length))
        )
        places.append(at - reach + int(np.argmax(score[: 2 * reach])))
        at = places[-1] + length
    rounds = np.diff(places)
    several = heard[places[0] : places[0] + (ROUNDS - 2) * length]
    far = np.abs(several - np.resize(loop, len(several)))
    return {
        "rounds": rounds.tolist(),
        "length": length,
        "tempo": float(bpm * length / rounds.mean()),
        "farthest": float(far.max()),
        "loudest": float(np.abs(loop).max()),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(asyncio.run(played(Path(sys.argv[1]), float(sys.argv[2]), Path(made)))))
