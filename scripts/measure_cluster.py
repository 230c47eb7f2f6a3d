"""Times fifty renders: on one local worker, on a Ray cluster of two nodes, and with one killed.

    python scripts/measure_cluster.py [--jobs 50] [--steps 2] [--places 1]

Both nodes are on this machine, at 127.0.0.2 and 127.0.0.3, so they share its processors: what is
measured is what Ray adds, not what a second machine would give. `ready` is the time from the start
of the server until that many can be rendered at a time; `rendered` is the time from the first
request to the last answer. Loops are drums of one bar by the model that ships. Linux only.
"""

import argparse
import asyncio
import logging
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from melfusion.pool import TOKEN
from melfusion.request import RenderRequest
from server import app
from server.client import connect

PYTHON = [sys.executable, "-P", "-m"]
LOCAL = [*PYTHON, "server.worker", "mini"]
KILL_AFTER = 0.3
"""Share of the jobs after which a node is killed."""


class Ready(logging.Handler):
    """Knows how many renders the worker takes at a time, by what the server logs."""

    def __init__(self) -> None:
        super().__init__()
        self.places = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Reads a line."""
        if "the worker is ready" in (line := record.getMessage()):
            told = re.search(r"(\d+) at a time", line)
            self.places = int(told[1]) if told else 1


async def timed(
    worker: list[str], given: argparse.Namespace, places: int = 1, join: str = "", *, kill: bool
) -> str:
    """Renders all jobs on a server of its own; tells what it took.

    Args:
        worker: command line of the render process.
        given: the command line.
        places: to wait for before the jobs are sent.
        join: address that a second node joins at; empty for none.
        kill: whether that node is killed in the middle.
    """
    ready = Ready()
    logger = logging.getLogger("server.worker_host")
    logger.setLevel(logging.INFO)
    logger.addHandler(ready)
    began, node = time.perf_counter(), None
    folder = Path(tempfile.mkdtemp())
    try:
        async with app.running(folder, worker) as (host, port), connect(host, port) as client:
            while ready.places < 1:
                await asyncio.sleep(0.05)
            if join:
                words = ["worker", "--join", join, "--own", "127.0.0.3", "--places",
                         str(given.places)]  # fmt: skip
                node = subprocess.Popen([*PYTHON, "server", *words], stdout=subprocess.DEVNULL)
            while ready.places < places:
                await asyncio.sleep(0.05)
            ready_s, begun = time.perf_counter() - began, time.perf_counter()
            renders = [asyncio.create_task(client.render(request)) for request in asked(given)]
            if kill and node:
                while sum(one.done() for one in renders) < KILL_AFTER * len(renders):
                    await asyncio.sleep(0.01)
                end(node)
            answers = await asyncio.gather(*renders)
            rendered_s = time.perf_counter() - begun
        paths = {answer.path for answer in answers}
        files = len(list(folder.glob("*.wav")))
    finally:
        logger.removeHandler(ready)
        if node and node.poll() is None:
            end(node)
    assert len(paths) == files == given.jobs, (len(paths), files)
    each_s = rendered_s / given.jobs
    return f"ready {ready_s:6.1f} s   rendered {rendered_s:6.1f} s   {each_s:.2f} s each"


def asked(given: argparse.Namespace) -> list[RenderRequest]:
    """What is rendered: the seed alone differs."""
    return [
        RenderRequest.check(
            {"prompt": "house drums", "bpm": 120.0, "bars": 1, "key": "Am", "part": "drums",
             "steps": given.steps, "attempts": 1, "seed": seed}
        )
        for seed in range(given.jobs)
    ]  # fmt: skip


def end(node: "subprocess.Popen[bytes]") -> None:
    """Kills a node, as if its machine were switched off."""
    for process in psutil.Process(node.pid).children(recursive=True):
        process.send_signal(signal.SIGKILL)
    node.kill()
    node.wait()


def free_address() -> str:
    """Where the cluster begins."""
    with socket.socket() as found:
        found.bind(("127.0.0.2", 0))
        return f"127.0.0.2:{found.getsockname()[1]}"


async def measure(given: argparse.Namespace) -> None:
    """Prints the table, a line when it is known."""
    print(f"{given.jobs} loops of {given.steps} steps on {os.cpu_count()} processors")
    print("one local worker:      ", await timed(LOCAL, given, kill=False), flush=True)
    for what, kill in (("two nodes:             ", False), ("one of them is killed: ", True)):
        where = free_address()
        bridge = [*PYTHON, "server.cluster.bridge", "mini", where, str(given.places)]
        took = await timed(bridge, given, 2 * given.places, where, kill=kill)
        print(what, took, flush=True)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--places", type=int, default=1, help="of each node")
    os.environ[TOKEN] = secrets.token_hex(16)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
