"""Loops that play at another tempo than their own are rendered anew: a real player on a virtual
device, a real queue and a worker that is another process."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from melfusion.music import Metre
from melfusion.request import RenderRequest
from server import library as libraries
from server.clips import Clips
from server.clock import Timeline
from server.jobs import Asker, Job, Jobs
from server.player_messages import PlayingEvent
from server.renders import Renders
from server.retakes import SETTLED_S, Retakes
from server.worker_host import WorkerHost

from .fake_devices import Machine
from .player.stage import BAR_FRAMES, RATE, Stage, write

ASKER = Asker("127.0.0.1", 9, 1)


@dataclass
class House:
    """A stage, and who renders anew for it."""

    stage: Stage
    jobs: Jobs
    renders: Renders
    retakes: Retakes

    @property
    def asked(self) -> list[Job]:
        return self.jobs.recent()

    def tempo(self, bpm: float) -> None:
        """The same line, at another tempo from now on."""
        now_s = self.stage.stream.now_s
        line = self.stage.timeline
        self.stage.timeline = Timeline(bpm, line.quarters_at(now_s), now_s, Metre())

    async def pass_s(self, seconds: float) -> None:
        """Lets time go by on the device."""
        for _ in range(round(seconds / 0.1)):
            await self.stage.pull(RATE // 10)
            await self.stage.settle(0.01)
            await self.retakes.step()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Lets others work while no time goes by on the device."""
        async with asyncio.timeout(20):
            while not reached():
                await self.stage.settle(0.02)
                await self.retakes.step()

    @property
    def plays(self) -> list[str]:
        return [e.clip for e in self.stage.told(PlayingEvent) if e.state == "playing"]


@pytest.fixture
async def house(
    library: Path, fake_worker: Callable[..., list[str]], request: pytest.FixtureRequest
) -> AsyncIterator[House]:
    """Renders take a tenth of a second, or what the test's parameter says."""
    with libraries.opened(library) as opened:
        clips = Clips(library, opened.database)
        stage = Stage(Machine(["virtual"]), clips, library)
        jobs = Jobs(opened.database)
        worker = WorkerHost(fake_worker(seconds=getattr(request, "param", 0.1)))
        renders = Renders(
            jobs, clips, worker, lambda event, *_: stage.events.append(event), lambda *_: None
        )
        retakes = Retakes(
            stage.player, clips, jobs, renders,
            lambda: stage.bpm or stage.timeline.bpm, lambda: stage.stream.now_s,
        ) if await stage.player.output.opened() else None  # fmt: skip
        assert retakes
        tasks = [asyncio.create_task(part.run()) for part in (worker, renders)]
        yield House(stage, jobs, renders, retakes)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stage.player.close()


async def played(house: House, name: str = "a", **more: object) -> None:
    """Has a clip of 120 BPM play from bar 2 on."""
    write(house.stage.folder, house.stage.clips, name, 110, **more)
    await house.stage.player.play(name, "", "bar", 0.02)
    await house.pass_s(BAR_FRAMES / RATE + 0.5)
    assert house.plays == [name]


async def test_a_loop_is_rendered_anew_and_goes_on_in_its_place(house: House) -> None:
    await played(house, bars=2)
    house.tempo(128.0)
    await house.pass_s(SETTLED_S - 0.3)
    assert not house.asked
    await house.pass_s(0.5)
    (job,) = house.asked
    assert job.options["bpm"] == 128.0
    assert (job.options["key"], job.options["chords"], job.options["seed"]) == ("C major", "C", 5)
    await house.until(lambda: house.asked[0].ended)
    await house.pass_s(2 * 8 * 60 / 128)
    assert house.plays == ["a", house.asked[0].clip]
    event = house.stage.told(PlayingEvent)[-1]
    # It began in bar 2, and lasts two bars: so it begins again in bars of even numbers.
    assert event.bar % 2 == 0
    # What plays now is the file as it is: its click is heard at the beginning of each round.
    lane = house.stage.player._playing[0]
    assert lane.clip.bpm == 128.0
    assert lane.sound is lane.own
    now = house.stage.sound[:, 0]
    begin_s = house.stage.timeline.time_of(lane.start)
    begin = round(house.stage.stream.clock.frame_at(begin_s))
    assert abs(now[begin : begin + 32]).max() > 0.3
    assert abs(now[begin + 400 : begin + RATE]).max() < 1e-3
    assert len(house.asked) == 1


async def test_a_tempo_that_wavers_as_estimates_do_stands(house: House) -> None:
    await played(house)
    house.tempo(128.0)
    for number in range(12):
        house.stage.bpm = 128.0 + 0.02 * (-1) ** number
        await house.pass_s(0.3)
    assert len(house.asked) == 1


async def test_a_tempo_that_is_near_enough_is_left(house: House) -> None:
    await played(house)
    house.tempo(120.1)
    await house.pass_s(SETTLED_S + 1)
    assert not house.asked


@pytest.mark.parametrize("house", [5.0], indirect=True)
async def test_those_who_wait_come_first(house: House) -> None:
    await played(house)
    house.renders.ask("theirs", RenderRequest.check({"prompt": "x"}), ASKER)
    house.tempo(128.0)
    await house.pass_s(SETTLED_S + 0.5)
    assert [job.id for job in house.asked] == ["theirs"]
    await house.until(lambda: house.jobs.get("theirs").ended)
    await house.until(lambda: len(house.asked) == 2)


@pytest.mark.parametrize("house", [2.0], indirect=True)
async def test_who_asks_meanwhile_comes_first_and_the_retake_again_after(house: House) -> None:
    await played(house)
    house.tempo(128.0)
    await house.pass_s(SETTLED_S + 0.2)
    await house.until(lambda: house.asked[0].state == "rendering")
    house.renders.ask("theirs", RenderRequest.check({"prompt": "x"}), ASKER)
    await house.until(lambda: house.jobs.get("theirs").state == "done" and house.jobs.busy)
    states = {job.id: job.state for job in house.asked}
    assert sorted(states.values())[:2] == ["cancelled", "done"]
    await house.until(lambda: not house.jobs.busy)
    await house.pass_s(4)
    assert house.plays == ["a", house.asked[-1].clip]
    assert house.asked[-1].options["bpm"] == 128.0


@pytest.mark.parametrize("house", [5.0], indirect=True)
async def test_a_render_for_a_tempo_that_is_gone_is_called_off(house: House) -> None:
    await played(house)
    house.tempo(128.0)
    await house.pass_s(SETTLED_S + 0.2)
    await house.until(lambda: house.asked[0].state == "rendering")
    house.tempo(130.0)
    await house.until(lambda: house.asked[0].ended)
    assert house.asked[0].state == "cancelled"
    await house.pass_s(SETTLED_S + 0.5)
    assert [job.options["bpm"] for job in house.asked if not job.ended] == [130.0]
    assert house.plays == ["a"]


async def test_what_cannot_be_rendered_is_tried_once_and_plays_on(house: House) -> None:
    await played(house, "fail")
    house.tempo(128.0)
    await house.pass_s(SETTLED_S + 0.2)
    await house.until(lambda: bool(house.asked) and house.asked[0].ended)
    await house.pass_s(3)
    assert [job.state for job in house.asked] == ["failed"]
    assert house.plays == ["fail"]
    assert abs(house.stage.sound[-RATE:]).min() > 0
    house.tempo(400.0)
    await house.pass_s(SETTLED_S + 1)
    assert len(house.asked) == 1


@pytest.mark.expect_log("a retake met a fault")
async def test_a_fault_is_met_once_and_ends_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the disk is full and no job can be kept."""

    def full(*_: object) -> str:
        raise sqlite3.OperationalError("database or disk is full")

    await played(house)
    monkeypatch.setattr(house.renders, "ask", full)
    monkeypatch.setattr("server.retakes.POLL_S", 0.01)
    running = asyncio.create_task(house.retakes.run())
    house.tempo(128.0)
    await house.stage.settle(0.1)
    await house.stage.pull(round((SETTLED_S + 0.5) * RATE))
    await house.stage.settle(0.3)
    assert not running.done()
    running.cancel()
    assert [record.message for record in caplog.records if record.exc_info] == [
        "a retake met a fault"
    ]
    assert house.plays == ["a"]


async def test_a_part_that_was_asked_something_else_is_left_alone(house: House) -> None:
    await played(house, bars=2)
    write(house.stage.folder, house.stage.clips, "b", 220, bpm=128.0)
    house.tempo(128.0)
    await house.pass_s(SETTLED_S + 0.2)
    await house.stage.player.play("b", "", "bar", 0.02)
    await house.until(lambda: house.asked[0].ended)
    await house.pass_s(6)
    assert house.plays == ["a", "b"]
    house.stage.player.stop("", "now", 0.01)
    house.tempo(140.0)
    await house.pass_s(SETTLED_S + 1)
    assert len(house.asked) == 1
