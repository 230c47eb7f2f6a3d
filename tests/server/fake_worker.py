"""A render process that obeys worker_host's contract to the letter, and renders a short click.

`python fake_worker.py [--seconds S] [--jitter S] [--broken REASON] [--fault FILE] [--places N]`

It checks what it is told as strictly as the real one, takes S seconds in steps that look at the
cancel flag, and writes a real WAV with a recipe. With --fault it dies in the middle of a render for
as long as FILE is not there, and makes it: so it dies once; with --broken as well, it is the start
that breaks once. With --jitter every render takes up to that much longer, by its seed. With
--places it takes so many at a time, as a cluster does. A prompt of "fail", "die", "noise" or "deaf"
makes it fail, die, say what is no message, or not listen to cancels; of "lose", tell once that the
machine of this job is lost; "level 0.3" makes a loop that is 0.3 throughout.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from melfusion import loop, wav
from melfusion.request import RenderRequest, RequestError

STAGES = ("text", "picture", "denoising", "decoding", "verification", "writing")
MODEL = "fake-1"

cancelled: set[str] = set()
lost: set[str] = set()
renders: list[dict] = []
news = threading.Condition()
speaking = threading.Lock()


def speak(**message: object) -> None:
    with speaking:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def listen() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        with news:
            if message["type"] == "render":
                assert set(message) == {"type", "job", "options", "folder"}, message
                renders.append(message)
            else:
                assert message["type"] == "cancel", message
                cancelled.add(message["job"])
            news.notify()
    os._exit(0)


def render(message: dict, seconds: float, fault: Path | None) -> None:
    job = message["job"]
    request = RenderRequest.check(message["options"])
    if request.image:
        raise RequestError("image", "the fake worker opens no pictures")
    steps = max(1, round(seconds / 0.02))
    for step in range(steps):
        if job in cancelled and request.prompt != "deaf":
            speak(type="cancelled", job=job)
            return
        if request.prompt == "lose" and step == steps // 2 and job not in lost:
            lost.add(job)
            speak(type="lost", job=job, reason="studio-2 is gone")
            return
        if request.prompt == "fail":
            raise RequestError("key", "cannot be rendered")
        if step == steps // 2 and request.prompt == "noise":
            print("not JSON", flush=True)
        if step == steps // 2 and (request.prompt == "die" or (fault and not fault.exists())):
            if fault:
                fault.touch()
            os._exit(9)
        stage = STAGES[step * len(STAGES) // steps]
        speak(type="progress", job=job, stage=stage, fraction=step / steps)
        time.sleep(seconds / steps)
    speak(type="finished", job=job, clip=write(request, Path(message["folder"])))


def write(request: RenderRequest, folder: Path) -> dict:
    plan = request.plan()
    identity = request.identity("", MODEL)
    length = loop.samples(request.bars, plan.metre, request.bpm, request.rate)
    samples = np.zeros((1, length), np.float32)
    samples[0, :64] = 0.5
    if request.prompt.startswith("level "):
        samples[:] = float(request.prompt.split()[1])
    recipe = {
        "id": identity,
        "request": asdict(request),
        "image_hash": "",
        "plan": {
            "bpm": plan.bpm,
            "metre": str(plan.metre),
            "key": str(plan.key),
            "chords": plan.chords_text(),
        },
        "samples": length,
        "rate": request.rate,
        "seconds": length / request.rate,
        "model": MODEL,
        "take_seed": request.seed,
        "attempts": 1,
        "checks": [
            {
                "name": "length",
                "asked": length,
                "got": length,
                "unit": "samples",
                "verdict": "pass",
            },
            {"name": "key", "asked": str(plan.key), "got": None, "unit": "", "verdict": "n/a"},
        ],
    }
    path = wav.write(
        folder,
        wav.file_name(request.prompt, request.part, request.bpm, plan.key, identity),
        samples,
        request.rate,
        request.format,
        plan=plan,
        pitched=False,
        title=request.prompt,
        recipe=recipe,
    )
    return {**recipe, "path": str(path), "timings": {"writing": 0.001}}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.1)
    parser.add_argument("--jitter", type=float, default=0.0)
    parser.add_argument("--broken")
    parser.add_argument("--fault", type=Path)
    parser.add_argument("--places", type=int, default=1)
    given = parser.parse_args()
    if given.broken and not (given.fault and given.fault.exists()):
        if given.fault:
            given.fault.touch()
        speak(type="broken", reason=given.broken)
        return
    threading.Thread(target=listen, daemon=True).start()
    print("warm", file=sys.stderr, flush=True)
    places = {} if given.places == 1 else {"places": given.places}
    speak(type="ready", model=MODEL, device="cpu", steps=6, **places)
    for _ in range(1, given.places):
        threading.Thread(target=work, args=(given,), daemon=True).start()
    work(given)


def work(given: argparse.Namespace) -> None:
    while True:
        with news:
            news.wait_for(lambda: renders)
            message = renders.pop(0)
        try:
            later = random.Random(message["options"].get("seed", 0)).uniform(0, given.jitter)
            render(message, given.seconds + later, given.fault)
        except RequestError as error:
            speak(type="failed", job=message["job"], argument=error.argument, reason=error.reason)


if __name__ == "__main__":
    main()
