import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.protocol import ClipEvent, Condition, Fail, JobEvent, Rendered

from .conftest import Peer, Run

RENDER = "/melfusion/render"


async def test_as_many_jobs_as_there_are_places_are_rendered_at_a_time(
    run_server: Run, peers: Callable[..., Peer], library: Path
) -> None:
    async with run_server(seconds=1.0, places=3) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        for number in range(6):
            peer.send(RENDER, 10 + number, "prompt", "x", "seed", number, "job", f"j{number}")
        states: dict[str, str] = {}
        most, rendered = 0, []
        while len(rendered) < 6:
            message = await peer.receive()
            if isinstance(message, JobEvent):
                states[message.job] = message.state
                most = max(most, list(states.values()).count("rendering"))
            if isinstance(message, Rendered):
                rendered.append(message.id)
        assert most == 3
        assert sorted(rendered) == [10, 11, 12, 13, 14, 15]
        assert set(rendered[:3]) == {10, 11, 12}
    assert len(list(library.glob("*.wav"))) == 6


async def test_a_job_whose_machine_is_lost_is_rendered_elsewhere_once(
    run_server: Run, peers: Callable[..., Peer], library: Path
) -> None:
    async with run_server(seconds=0.2, places=2) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        peer.send(RENDER, 2, "prompt", "lose", "job", "j")
        states: list[str] = []
        clips = 0
        while True:
            message = await peer.receive()
            if isinstance(message, JobEvent) and [message.state] != states[-1:]:
                states.append(message.state)
            clips += isinstance(message, ClipEvent)
            if isinstance(message, Rendered):
                break
        assert states == ["queued", "rendering", "queued", "rendering", "done"]
        assert clips == 1
        assert await peer.ask("/melfusion/cancel", 3, "j")
    assert len(list(library.glob("*.wav"))) == 1


async def test_a_cancel_stops_the_one_that_is_meant(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server(seconds=20.0, places=2) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        for job in ("a", "b", "c"):
            peer.send(RENDER, ord(job), "prompt", "x", "seed", ord(job), "job", job)
        for job in ("a", "b"):
            await peer.until(JobEvent, job=job, stage="text")
        began = time.monotonic()
        peer.send("/melfusion/cancel", 1, "b")
        await peer.until(JobEvent, job="b", state="cancelled")
        await peer.until(JobEvent, job="c", state="rendering")
        assert time.monotonic() - began < 5
        condition = await peer.ask("/melfusion/status", 2)
        assert isinstance(condition, Condition)
        assert (condition.worker, condition.queued) == ("rendering", 0)


@pytest.mark.parametrize("places", [1, 2])
async def test_a_model_that_is_not_here_is_for_other_machines_to_have(
    run_server: Run, peers: Callable[..., Peer], places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melfusion.home.present", lambda _: None)
    async with run_server(places=places) as address:
        peer = peers(address)
        while (await peer.ask("/melfusion/status", 1)).worker != "ready":
            await asyncio.sleep(0.05)
        answer = await peer.ask(RENDER, 2, "prompt", "x", "model", "base")
        assert isinstance(answer, Fail if places == 1 else Rendered)
