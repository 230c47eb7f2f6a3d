"""A JACK client that sends MIDI clock at exact frames: `python jack_clock.py PLAN`.

PLAN is JSON: `ticks`, the frames of all ticks from the first on; `lost`, [from, to) of the tick
numbers that are not sent; `words`, {tick number: bytes in hex} sent before that tick. The frame of
the first tick, on JACK's counter, is printed before anything is sent.
"""

import json
import sys
import time
from pathlib import Path

import jack

plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
ticks, lost = plan["ticks"], range(*plan["lost"])
words = {int(number): bytes.fromhex(said) for number, said in plan["words"].items()}
client = jack.Client("sequencer")
port = client.midi_outports.register("clock_out")
begins = 0
at = 0


@client.set_process_callback
def send(frames: int) -> None:
    global at
    port.clear_buffer()
    if not begins:
        return
    first = client.last_frame_time - begins
    while at < len(ticks) and ticks[at] < first + frames:
        offset = max(0, ticks[at] - first)
        if at in words:
            port.write_midi_event(offset, words[at])
        if at not in lost:
            port.write_midi_event(offset, b"\xf8")
        at += 1


with client:
    sys.stdin.readline()
    begins = client.frame_time + client.samplerate // 4
    print(begins, flush=True)
    while at < len(ticks):
        time.sleep(0.1)
    time.sleep(0.2)
