"""A real JACK server without hardware, and a client that records what is played on it."""

import contextlib
import os
import subprocess
import time

import numpy as np
import pytest

PERIOD = 1024
RATE = 48000
NAME = "melfusion-test"
"""Always the same: JACK keeps a record of eight servers, and killed ones stay in it."""


FOREIGN = [
    pytest.mark.foreign("jackd", "jackd2"),
    pytest.mark.foreign("jack_lsp", "jackd2"),
    pytest.mark.foreign("portaudio", "libportaudio2"),
]


def urgency() -> list[str]:
    """JACK's options for real-time priority, as musicians run it, where this user may have it."""
    allowed = subprocess.run(["chrt", "--fifo", "10", "true"], capture_output=True).returncode == 0
    return ["-R", "-P", "10"] if allowed else ["-r"]


class JackServer:
    """jackd with its dummy driver; clients of this process and its children find it."""

    def __init__(self) -> None:
        os.environ |= {
            "JACK_NO_AUDIO_RESERVATION": "1",
            "JACK_NO_START_SERVER": "1",
            "JACK_DEFAULT_SERVER": NAME,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        server = ["jackd", *urgency(), "-S", "-n", NAME]
        words = [*server, "-d", "dummy", "-r", str(RATE), "-p", str(PERIOD)]
        self._process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        # Asked by another process: a client here would hold on to this server for good.
        while subprocess.run(["jack_lsp"], capture_output=True).returncode:
            assert time.monotonic() < deadline, "jackd does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends it without a word to its clients."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


class Recorder:
    """Hears the left channel that PortAudio's client plays.

    Attributes:
        blocks: every period, in its order, when it `keeps` them.
        frames: frames recorded.
        xruns: how often JACK has lost time.
        edges: number of each recorded frame over `over` that follows one that is not.
    """

    def __init__(self, *, over: float = 0.8, keeps: bool = True) -> None:
        import jack  # only where JACK is: it loads its library at once

        self.client = jack.Client("recorder", servername=NAME, no_start_server=True)
        self.port = self.client.inports.register("in")
        self.blocks: list[np.ndarray] = []
        self.edges: list[int] = []
        self.frames = 0
        self._over, self._keeps, self._high = over, keeps, False
        self.xruns = 0
        self.client.set_process_callback(self._process)
        self.client.set_xrun_callback(self._xrun)

    def __enter__(self) -> "Recorder":
        self.client.activate()
        (source, *_) = self.client.get_ports("PortAudio.*:out", is_audio=True, is_output=True)
        self.client.connect(source, self.port)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # it was not freewheeling, or JACK has gone
            self.client.set_freewheel(False)
        self.client.deactivate()
        self.client.close()

    @property
    def sound(self) -> np.ndarray:
        return np.concatenate(self.blocks)

    def _process(self, frames: int) -> None:
        sound = self.port.get_array()
        high = sound > self._over
        edges = np.flatnonzero(high & ~np.concatenate([[self._high], high[:-1]]))
        self.edges += (self.frames + edges).tolist()
        self._high = bool(high[-1])
        if self._keeps:
            self.blocks.append(sound.copy())
        self.frames += frames

    def _xrun(self, delayed_us: float) -> None:  # noqa: ARG002
        self.xruns += 1
