"""Ray's own processes on this machine: where a cluster begins, or joins one that there is.

What is said of them goes to the log; they end with whoever started them, however that ends.
"""

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from melfusion import pool
from melfusion.pool import LOOPBACK, ClusterError

from ..worker import BACK

DEFAULT_PORT = 9332
STORE_BYTES = 500_000_000
"""Shared memory for what goes from machine to machine: a dozen of the largest loops."""

STARTED = "Ray runtime started"
"""What `ray start` says when it has."""

REACH_S = 5.0
LINGER_S = 30.0
"""How long what is left of the last cluster at an address may keep the next from beginning."""

END_S = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Where:
    """Where a cluster begins.

    Attributes:
        host: IPv4 address of the machine.
        port: TCP port.
    """

    host: str
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> "Where":
        """HOST or HOST:PORT.

        Raises:
            ClusterError: it is neither, or the host has no address.
        """
        host, _, port = text.partition(":")
        try:
            if not host:
                raise ValueError
            return cls(socket.gethostbyname(host), int(port or DEFAULT_PORT))
        except (OSError, ValueError):
            raise ClusterError(f"{text} is no address of a machine, such as 192.168.1.10") from None

    @property
    def is_loopback(self) -> bool:
        """Whether it is of use on this machine alone."""
        return self.host == LOOPBACK

    @property
    def is_here(self) -> bool:
        """Whether it is an address of this machine."""
        with socket.socket() as found:
            try:
                found.bind((self.host, 0))
            except OSError:
                return False
        return True

    @property
    def answers(self) -> bool:
        """Whether somebody listens there."""
        try:
            socket.create_connection((self.host, self.port), REACH_S).close()
        except OSError:
            return False
        return True


def require_ray() -> None:
    """Raises ClusterError when Ray is not installed."""
    if find_spec("ray") is None:
        raise ClusterError("Ray is not installed: pip install 'melfusion-live[cluster]'")


def environment(host: str, places: int | None = None) -> dict[str, str]:
    """What Ray's processes are told in their environment.

    Args:
        host: where the cluster begins.
        places: how many renders at a time this machine takes; None for one a GPU, or one.
    """
    packages = str(Path(__file__).parents[2])
    given = os.environ.get("PYTHONPATH")
    threads = max(1, (psutil.cpu_count(logical=False) or 1) // max(1, places or 1))
    return {
        "OMP_NUM_THREADS": str(threads),
        "RAY_worker_niceness": str(BACK),
        # A machine that is switched off is known to be gone within seconds.
        "RAY_health_check_initial_delay_ms": "3000",
        "RAY_health_check_period_ms": "1000",
        "RAY_health_check_timeout_ms": "2000",
        "RAY_health_check_failure_threshold": "3",
        "RAY_gcs_rpc_server_reconnect_timeout_s": "20",
        **os.environ,
        **pool.environment(host),
        "PYTHONPATH": os.pathsep.join([packages, given] if given else [packages]),
    }


@contextmanager
def begun(where: Where, places: int | None) -> Iterator[subprocess.Popen[str]]:
    """A cluster that begins on this machine, while the context lasts.

    Args:
        where: an address of this machine. Of loopback, nobody else reaches it; of any other, Ray
            listens on all networks that this machine is in.
        places: how many renders at a time this machine takes; None for one a GPU, or one.

    Raises:
        ClusterError: it does not begin.
    """
    words = ["--head", f"--port={where.port}", f"--node-ip-address={where.host}"]
    words += ["--include-dashboard=False", *_share(places)]
    if not where.is_loopback and not os.environ.get(pool.TOKEN):
        raise ClusterError(f"others can reach {where}: set {pool.TOKEN} to what they must say")
    until = time.monotonic() + LINGER_S
    while time.monotonic() < until:
        with _started(words, environment(where.host, places)) as process:
            if process.poll() is None:
                yield process
                return
        time.sleep(1.0)
    raise ClusterError(f"no cluster can begin at {where}: is another program there?")


@contextmanager
def joined(where: Where, places: int | None, own: str = "") -> Iterator[subprocess.Popen[str]]:
    """This machine as a part of a cluster, while the context lasts.

    Args:
        where: where the cluster began.
        places: how many renders at a time this machine takes; None for one a GPU, or one.
        own: address of this machine; empty for that which the cluster is reached by.

    Raises:
        ClusterError: it cannot be joined.
    """
    if not where.answers:
        raise ClusterError(f"nobody answers at {where}: does the cluster run there?")
    words = [f"--address={where}", *([f"--node-ip-address={own}"] if own else []), *_share(places)]
    with _started(words, environment(where.host, places)) as process:
        if process.poll() is not None:
            raise ClusterError(
                f"the cluster at {where} does not take this machine: both must have the same"
                f" {pool.TOKEN}, the same Python and the same version of Ray"
            )
        yield process


def _share(places: int | None) -> list[str]:
    """What a machine gives to the cluster; bridge.py counts its places by it."""
    words = [f"--object-store-memory={STORE_BYTES}", "--include-log-monitor=False"]
    if places == 0:
        return [*words, "--num-cpus=0", "--num-gpus=0"]
    return words if places is None else [*words, f"--resources={json.dumps({PLACES: places})}"]


PLACES = "melfusion"
"""Ray's name for places to render, where their number was chosen."""


@contextmanager
def _started(words: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that has started Ray, or has ended without."""
    require_ray()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        for line in process.stdout:
            logger.debug("%s", line.rstrip())
            if STARTED in line:
                break
        else:
            process.wait()
        threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _drain(lines: Iterator[str]) -> None:
    """Logs what is said, so that nobody waits for it to be read."""
    for line in lines:
        logger.debug("%s", line.rstrip())


def main() -> None:
    """Ray's own `ray start --block`, which ends when stdin does."""
    import signal

    from ray.scripts.scripts import cli

    def end_with_stdin() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_stdin, daemon=True).start()
    cli(["start", "--block", *sys.argv[1:]])


if __name__ == "__main__":
    main()
