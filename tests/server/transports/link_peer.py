"""A Link peer of its own: does what stdin says, a line each, and answers with a line of JSON."""

import asyncio
import json
import sys
import time

import aalink


async def main() -> None:
    link = aalink.Link(120.0)
    link.quantum = 4.0
    link.start_stop_sync_enabled = True
    link.enabled = True
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, *values = line.split()
        if word == "tempo":
            link.tempo = float(values[0])
        elif word == "playing":
            link.playing = bool(int(values[0]))
        elif word == "quit":
            break
        looks = []
        for _ in range(9):
            before, beat, after = time.monotonic(), link.beat, time.monotonic()
            looks.append((after - before, (before + after) / 2, beat))
        _, time_s, beat = min(looks)
        state = {"peers": link.num_peers, "tempo": link.tempo, "playing": link.playing}
        print(json.dumps({**state, "time_s": time_s, "beat": beat}), flush=True)
    link.enabled = False


asyncio.run(main())
