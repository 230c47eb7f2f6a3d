"""A process that records what PortAudio plays on JACK: `python jack_tape.py FILE.npy`.

Until its stdin ends. It is no part of whom it records: JACK waits for every client, and so for the
interpreter of one that does something else as well.
"""

import gc
import sys

import jack
import numpy as np

client = jack.Client("tape", no_start_server=True)
port = client.inports.register("in")
blocks: list[np.ndarray] = []


@client.set_process_callback
def hear(_: int) -> None:
    """Keeps a period."""
    blocks.append(port.get_array().copy())


gc.freeze()
gc.disable()
with client:
    (source, *_) = client.get_ports("PortAudio.*:out", is_audio=True, is_output=True)
    client.connect(source, port)
    print("records", flush=True)
    sys.stdin.read()
np.save(sys.argv[1], np.concatenate(blocks))
