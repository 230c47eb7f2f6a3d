"""Times warm requests: one OSC request to its done, split by stage.

    python scripts/measure_request.py [--runs 5] [--bpm 123.4] [--bars 4] [--parts drums full]

A server is started on a library of its own in a temporary folder, and asked over UDP as any other
program would ask it. The first request for each part is not counted (the very first one loads the
model); the others differ in their seed alone, and each has one attempt. `acknowledged` is the time
to the first /melfusion/job; the stages are what the clip's own recipe says; `done` is the time to
/melfusion/done.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import torch

from melfusion.request import RenderRequest
from server import app, protocol
from server.client import Client, connect, new_job_id

ROOT = Path(__file__).parent.parent
STAGES = ("acknowledged", "text", "picture", "denoising", "decoding", "verification", "writing",
          "done")  # fmt: skip
WORKER = [sys.executable, "-P", "-m", "server.worker", "mini"]


async def timed(client: Client, request: RenderRequest) -> tuple[dict[str, float], bool]:
    """Seconds by stage of one request, and whether every check passed."""
    job, begun = new_job_id(), time.perf_counter()
    with client.events() as events:
        rendering = asyncio.create_task(client.render(request, job))
        async for event in events:
            if isinstance(event, protocol.JobEvent) and event.job == job:
                break
        acknowledged = time.perf_counter() - begun
        rendered = await rendering
        done = time.perf_counter() - begun
    recipe = json.loads((await client.clip(rendered.clip)).recipe)
    passed = all(check["verdict"] != "fail" for check in recipe["checks"])
    return {"acknowledged": acknowledged, **recipe["timings"], "done": done}, passed


async def measured(client: Client, given: argparse.Namespace, part: str) -> None:
    """Prints one row of the table: medians over the runs of one part."""
    seconds: dict[str, list[float]] = defaultdict(list)
    passes = 0
    for seed in range(given.runs + 1):
        request = RenderRequest.check(
            {
                "image": str(ROOT / "docs" / "examples" / "sunset.jpg"),
                "prompt": "warm house",
                "bpm": given.bpm,
                "bars": given.bars,
                "key": "Am",
                "part": part,
                "seed": seed,
                "attempts": 1,
            }
        )
        row, passed = await timed(client, request)
        if seed == 0:
            continue  # it has waited for the model to load
        passes += passed
        for stage in STAGES:
            seconds[stage].append(row[stage])
    medians = (f"{statistics.median(seconds[stage]):.3f} s" for stage in STAGES)
    print(f"| {part} | {' | '.join(medians)} | {passes}/{given.runs} |", flush=True)


async def measure(given: argparse.Namespace) -> None:
    """Prints one table: a row for each part."""
    print(f"{given.bars} bars at {given.bpm:g} BPM; median of {given.runs};", end=" ")
    print(f"{torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}\n")
    print("| part | " + " | ".join(STAGES) + " | passed |")
    print("|---" * (len(STAGES) + 2) + "|")
    with tempfile.TemporaryDirectory() as folder:
        async with app.running(Path(folder), WORKER) as address, connect(*address) as client:
            await client.request(protocol.Notify, 1)
            for part in given.parts:
                await measured(client, given, part)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--parts", nargs="+", default=["drums", "full"])
    parser.add_argument("--bpm", type=float, default=123.4)
    parser.add_argument("--bars", type=int, default=4)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
