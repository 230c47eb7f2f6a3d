import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.cluster import crew as crews
from server.cluster.crew import NOBODY, Crew, LostError
from server.cluster.parcel import ENDS, LACKING, Message, Parcel


class FakePlace:
    """A place that says what it is told to say."""

    def __init__(self, device: str = "cpu", *models: str) -> None:
        self.ready = {"type": "ready", "model": "m-1", "device": device, "steps": 4, "host": device}
        self.models = ("", *models)
        self.given: list[str] = []
        self.cancelled: list[str] = []
        self.ended = False
        self.saying: asyncio.Queue[Message | LostError] = asyncio.Queue()

    async def render(self, parcel: Parcel) -> AsyncIterator[Message]:
        self.given.append(parcel.job)
        if parcel.model not in self.models:
            yield {"type": LACKING, "job": parcel.job}
            return
        while True:
            said = await self.saying.get()
            if isinstance(said, LostError):
                raise said
            yield said
            if said["type"] in ENDS:
                return

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)

    def end(self) -> None:
        self.ended = True


class Bench:
    """A crew, and what it has said."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.crew = Crew(self.said.append)

    async def render(self, *jobs: str, model: str = "") -> None:
        for job in jobs:
            self.crew.render(Parcel(job, {"model": model}, Path()))
        await calm()

    def told(self, kind: str) -> list[Message]:
        return [message for message in self.said if message["type"] == kind]


async def calm() -> None:
    """Until everybody waits."""
    for _ in range(10):
        await asyncio.sleep(0)


async def say(place: FakePlace, kind: str, job: str, **more: Any) -> None:
    place.saying.put_nowait({"type": kind, "job": job, **more})
    await calm()


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_jobs_go_to_whoever_is_free_and_first_to_a_gpu(bench: Bench) -> None:
    slow, fast = FakePlace("cpu"), FakePlace("cuda")
    bench.crew.add(slow)
    bench.crew.add(fast)
    assert bench.told("ready")[-1] == {
        "type": "ready", "model": "m-1", "device": "cuda", "steps": 4, "places": 2,
    }  # fmt: skip
    await bench.render("a", "b", "c")
    assert (fast.given, slow.given) == (["a"], ["b"])
    await say(slow, "progress", "b", stage="text", fraction=0.1)
    await say(slow, "finished", "b", clip={"id": "x"})
    assert slow.given == ["b", "c"]
    assert bench.said[-2:] == [
        {"type": "progress", "job": "b", "stage": "text", "fraction": 0.1},
        {"type": "finished", "job": "b", "clip": {"id": "x"}},
    ]


async def test_a_job_goes_to_the_first_that_has_its_model(bench: Bench) -> None:
    fast, slow = FakePlace("cuda"), FakePlace("cpu", "large")
    bench.crew.add(fast)
    bench.crew.add(slow)
    await bench.render("a", model="large")
    assert (fast.given, slow.given) == (["a"], ["a"])
    await bench.render("b", model="large")
    await bench.render("c")
    assert fast.given == ["a", "b", "c"]  # b waits for the one that has it, c need not
    await say(slow, "finished", "a", clip={})
    assert slow.given == ["a", "b"]


async def test_a_model_that_nobody_has_fails_with_what_to_do(bench: Bench) -> None:
    for place in (FakePlace("cuda"), FakePlace("cpu")):
        bench.crew.add(place)
    await bench.render("a", model="large")
    (failed,) = bench.told("failed")
    assert (failed["job"], failed["argument"]) == ("a", "model")
    assert "melfusion-live models download large" in failed["reason"]


async def test_the_job_of_a_lost_place_is_told_once_and_its_late_answer_dropped(
    bench: Bench,
) -> None:
    one, other = FakePlace(), FakePlace()
    bench.crew.add(one)
    await bench.render("a")
    bench.crew.remove(one, "studio-2 is gone")
    bench.crew.remove(one, "studio-2 is gone")
    assert bench.said[-2:] == [
        {"type": "lost", "job": "a", "reason": "studio-2 is gone"},
        {"type": "waiting", "reason": NOBODY},
    ]
    bench.crew.add(other)
    await bench.render("a")  # the server gives it once more
    await say(one, "finished", "a", clip={"id": "late"})
    assert bench.told("finished") == []
    await say(other, "finished", "a", clip={"id": "right"})
    assert [message["clip"]["id"] for message in bench.told("finished")] == ["right"]


async def test_a_place_that_is_lost_while_it_renders_is_let_go(bench: Bench) -> None:
    place = FakePlace()
    bench.crew.add(place)
    await bench.render("a")
    place.saying.put_nowait(LostError("studio-2: it died"))
    await calm()
    assert [message["reason"] for message in bench.told("lost")] == ["studio-2: it died"]
    assert bench.said[-1]["type"] == "waiting"


async def test_jobs_wait_for_machines_and_why_there_is_none_is_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("CRITICAL", "server.cluster.crew"):
        bench.crew.lack("studio-2 cannot render: no weights")
        bench.crew.lack("studio-2 cannot render: no weights")
    assert bench.said == [{"type": "waiting", "reason": "studio-2 cannot render: no weights"}]
    await bench.render("a", "b")
    bench.crew.cancel("a")
    place = FakePlace()
    bench.crew.add(place)
    await calm()
    assert place.given == ["b"]
    assert bench.told("cancelled") == [{"type": "cancelled", "job": "a"}]


async def test_a_cancel_reaches_the_place_once_it_is_at_the_job(bench: Bench) -> None:
    place = FakePlace()
    bench.crew.add(place)
    await bench.render("a")
    bench.crew.cancel("a")
    bench.crew.cancel("nowhere")
    assert place.cancelled == []  # it may not know the job yet
    await say(place, "progress", "a", stage="text", fraction=0.1)
    assert place.cancelled == ["a"]
    await say(place, "cancelled", "a")
    assert bench.told("cancelled") == [{"type": "cancelled", "job": "a"}]
    await bench.render("b")
    await say(place, "progress", "b", stage="text", fraction=0.1)
    bench.crew.cancel("b")
    assert place.cancelled == ["a", "b"]


@pytest.mark.expect_log("does not obey a cancel and is ended")
async def test_a_place_that_does_not_obey_is_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "CANCEL_PATIENCE_S", 0.01)
    place = FakePlace()
    bench.crew.add(place)
    await bench.render("a")
    bench.crew.cancel("a")
    await asyncio.sleep(0.05)
    assert place.ended
    assert bench.told("cancelled") == [{"type": "cancelled", "job": "a"}]
    assert bench.told("lost") == []
