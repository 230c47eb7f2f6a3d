"""A process that hears what Ardour says on JACK: `python jack_ears.py`, until its stdin ends.

It prints the frames at which its metronome falls in, and its MIDI clock's messages with theirs. It
is no part of whom it is to measure: a process of Python's that does something else as well would
keep JACK waiting.
"""

import json
import sys

import jack
import numpy as np

QUIET_S = 0.1
CLICK = "ardour:Click/audio_out 1"
CLOCK = "ardour:MIDI Clock out"

client = jack.Client("ears")
sound, midi = client.inports.register("click"), client.midi_inports.register("clock")
clicks: list[int] = []
messages: list[tuple[int, str]] = []
loud_at = 0


@client.set_process_callback
def hear(_: int) -> None:
    """Keeps the first of the frames that follow silence, and all messages."""
    global loud_at
    begins = client.last_frame_time
    for offset, content in midi.incoming_midi_events():
        messages.append((begins + offset, bytes(content).hex()))
    for offset in np.flatnonzero(np.abs(sound.get_array()) > 0.01).tolist():
        if begins + offset - loud_at > QUIET_S * client.samplerate:
            clicks.append(begins + offset)
        loud_at = begins + offset


with client:
    client.connect(CLICK, sound)
    client.connect(CLOCK, midi)
    sys.stdin.read()
print(json.dumps({"clicks": clicks, "messages": messages}))
