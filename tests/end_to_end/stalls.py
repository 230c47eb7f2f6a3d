"""Watches how long each processor leaves the most urgent process waiting: `python stalls.py`.

Until its stdin ends; then it prints when each wait over 5 ms ended, by time.monotonic(), and how
long it was, in seconds. Where the processors are lent by a host, such waits are the host's, and no
program can play through them.
"""

import gc
import json
import multiprocessing
import os
import sys
import time
from multiprocessing.connection import Connection

NAP_S = 0.002
LEAST_S = 0.005


def watch(processor: int, ends: Connection) -> None:
    """Naps on one processor, ahead of all others, and tells how late it woke."""
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    gc.disable()
    late: list[tuple[float, float]] = []
    then_s = time.monotonic()
    while not ends.poll():
        time.sleep(NAP_S)
        now_s = time.monotonic()
        if now_s - then_s - NAP_S > LEAST_S:
            late.append((now_s, now_s - then_s - NAP_S))
        then_s = now_s
    ends.send(late)


if __name__ == "__main__":
    pipes = []
    for processor in os.sched_getaffinity(0):
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=watch, args=(processor, theirs), daemon=True).start()
        pipes.append(ours)
    sys.stdin.read()
    found: list[tuple[float, float]] = []
    for pipe in pipes:
        pipe.send("end")
        found += pipe.recv()
    print(json.dumps(sorted(found)))
