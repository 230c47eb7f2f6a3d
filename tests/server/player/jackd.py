"""A real JACK server without hardware, and a client that records what is played on it."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator

import jack
import numpy as np

PERIOD = 1024
RATE = 48000


@contextlib.contextmanager
def jack_server(name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """jackd with its dummy driver; the server that clients of this process use meanwhile."""
    words = ["jackd", "-r", "-S", "-n", name, "-d", "dummy", "-r", str(RATE), "-p", str(PERIOD)]
    os.environ |= {"JACK_NO_AUDIO_RESERVATION": "1", "JACK_DEFAULT_SERVER": name}
    os.environ["JACK_NO_START_SERVER"] = "1"
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await_server(name)
            yield process
        finally:
            process.kill()


def _await_server(name: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            jack.Client("trial", servername=name, no_start_server=True).close()
            return
        except jack.JackOpenError:
            assert time.monotonic() < deadline, "jackd does not start"
            time.sleep(0.1)


class Recorder:
    """Hears the left channel that PortAudio's client plays.

    Attributes:
        blocks: every period, in its order, when `keeps`.
        marks: number of each recorded frame whose sample is over `over`.
        frames: frames recorded.
    """

    def __init__(self, name: str, *, over: float = 0.8, keeps: bool = True) -> None:
        self.client = jack.Client("recorder", servername=name, no_start_server=True)
        self.port = self.client.inports.register("in")
        self.blocks: list[np.ndarray] = []
        self.marks: list[int] = []
        self.frames = 0
        self.xruns = 0
        self._over, self._keeps = over, keeps
        self.client.set_process_callback(self._process)
        self.client.set_xrun_callback(self._xrun)

    def __enter__(self) -> "Recorder":
        self.client.activate()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(jack.JackError):
            self.client.set_freewheel(False)
        self.client.deactivate()
        self.client.close()

    @property
    def sound(self) -> np.ndarray:
        return np.concatenate(self.blocks)

    def listen(self) -> None:
        """Connects itself to whoever plays."""
        (source, *_) = self.client.get_ports("PortAudio.*:out", is_audio=True, is_output=True)
        self.client.connect(source, self.port)

    def freewheel(self, until_frame: int, patience_s: float) -> None:
        """Runs as fast as can be until so many frames have been recorded."""
        self.client.set_freewheel(True)
        deadline = time.monotonic() + patience_s
        while self.frames < until_frame:
            assert time.monotonic() < deadline, f"{self.frames} of {until_frame} frames only"
            time.sleep(0.01)
        self.client.set_freewheel(False)

    def _process(self, frames: int) -> None:
        sound = self.port.get_array()
        if sound.max() > self._over:
            self.marks += (self.frames + np.flatnonzero(sound > self._over)).tolist()
        if self._keeps:
            self.blocks.append(sound.copy())
        self.frames += frames

    def _xrun(self, delayed_us: float) -> None:  # noqa: ARG002
        self.xruns += 1
