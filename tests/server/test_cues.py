"""Loops that are wanted on a bar: a real player on a virtual device, a real queue and a worker that
is another process. Bars last two seconds, and only pass when the test lets them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from melfusion.music import Metre
from melfusion.request import RenderRequest, RequestError
from server import library as libraries
from server.clips import Clips
from server.clock import Timeline
from server.cues import LEAST_STEPS, Cues
from server.jobs import Asker, Job, Jobs, State
from server.player_messages import PlayingEvent
from server.render_messages import CueEvent
from server.renders import Renders
from server.worker_host import WorkerHost

from .fake_devices import Machine
from .player.stage import BAR_FRAMES, RATE, Stage, write

ASKER = Asker("127.0.0.1", 9, 1)
ASKED = RenderRequest.check({"prompt": "level 0.3", "bars": 1, "bpm": 120.0, "part": "drums"})


@dataclass
class House:
    """A stage, a queue, and the cues."""

    stage: Stage
    jobs: Jobs
    renders: Renders
    cues: Cues

    def ask(self, name: str, bar: int, **options: Any) -> str:
        return self.cues.ask(name, replace(ASKED, **options), bar, 0.02, ASKER)

    @property
    def bar(self) -> float:
        """Where the line is, in bars counted from 1."""
        return self.stage.timeline.quarters_at(self.stage.stream.now_s) / 4 + 1

    async def until_bar(self, bar: float) -> None:
        """Lets time go by on the device."""
        while self.bar < bar:
            await self.stage.pull(RATE // 20)
            await self.stage.settle(0.03)

    async def until(self, reached: Callable[[], object]) -> None:
        """Lets others work while no time goes by on the device."""
        async with asyncio.timeout(20):
            while not reached():
                await self.stage.settle(0.02)

    def told(self, job: str) -> list[CueEvent]:
        return [event for event in self.stage.told(CueEvent) if event.job == job]

    def states(self, job: str) -> list[str]:
        """The states that a cue went through, each once."""
        states = [event.state for event in self.told(job)]
        return list(dict.fromkeys(states))

    @property
    def plays(self) -> list[str]:
        return [e.clip for e in self.stage.told(PlayingEvent) if e.state == "playing"]


@pytest.fixture
async def house(
    library: Path, fake_worker: Callable[..., list[str]], request: pytest.FixtureRequest
) -> AsyncIterator[House]:
    """Renders take a tenth of a second, or what the test's parameter says; bar 1 has begun."""
    with libraries.opened(library) as opened:
        clips = Clips(library, opened.database)
        stage = Stage(Machine(["virtual"]), clips, library)
        await stage.player.output.opened()

        def publish(event: Any, *_: Asker) -> None:
            stage.events.append(event)

        jobs = Jobs(opened.database)
        worker = WorkerHost(fake_worker(seconds=getattr(request, "param", 0.1)))
        renders = Renders(jobs, clips, worker, publish, lambda *_: None)
        cues = Cues(
            stage.player, jobs, renders, lambda: stage.timeline, publish,
            lambda: stage.stream.now_s,
        )  # fmt: skip
        tasks = [asyncio.create_task(part.run()) for part in (worker, renders)]
        made = House(stage, jobs, renders, cues)
        await made.until_bar(1.2)
        yield made
        cues.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stage.player.close()


async def played(house: House, name: str = "old") -> None:
    """Has a loop play on the drums, from bar 2 on."""
    write(house.stage.folder, house.stage.clips, name, 110)
    await house.stage.player.play(name, "", "bar", 0.02)
    await house.until_bar(2.2)
    assert house.plays == [name]


async def test_it_begins_on_the_bar_that_it_is_wanted_on_and_counts_down(house: House) -> None:
    await played(house)
    job = house.ask("a", 6)
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(6.3)
    clip = house.jobs.get(job).clip
    assert house.plays == ["old", clip]
    assert house.states(job) == ["rendering", "ready", "waiting", "playing"]
    events = house.told(job)
    assert {event.bar for event in events} == {6}
    assert (events[-1].clip, events[-1].reason, events[-1].bars_left) == (clip, "", 0.0)
    # Every beat is told, from the one that it was asked in to the last before the bar.
    beats = [event.bars_left * 4 for event in events]
    assert beats == sorted(beats, reverse=True)
    assert {int(np.ceil(beat)) for beat in beats} == set(range(17))
    # Bar 6 begins at frame 5 * BAR_FRAMES: the old loop is heard up to the crossfade, the new
    # one's steady 0.3 from that frame on; never silence.
    sound = house.stage.sound[:, 0]
    begin = 5 * BAR_FRAMES
    assert np.ptp(sound[begin - 2000 : begin - 1000]) > 0.1
    assert sound[begin : begin + 5000] == pytest.approx(0.3, abs=1e-3)
    assert sound[BAR_FRAMES + 100 :].min() > 0.03


async def test_one_that_comes_too_late_is_kept_and_what_plays_goes_on(house: House) -> None:
    await played(house)
    job = house.ask("late", 3, prompt="level 0.31")
    # The bar comes while the worker has hardly begun: no real time goes by on the device.
    while house.bar < 3.1:
        await house.stage.pull(RATE // 2)
        await asyncio.sleep(0)
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(4.5)
    assert house.states(job) in (["rendering", "missed"], ["rendering", "ready", "missed"])
    assert "bar 3 has come before it was" in house.told(job)[-1].reason
    assert house.jobs.get(job).state is State.DONE
    assert house.stage.clips.get(house.jobs.get(job).clip)
    assert house.plays == ["old"]
    sound = house.stage.sound[BAR_FRAMES + 100 :, 0]
    assert sound.min() > 0.03
    assert sound == pytest.approx(np.resize(sound[:BAR_FRAMES], len(sound)), abs=1e-3)


async def test_a_bar_that_has_begun_cannot_be_asked_for(house: House) -> None:
    await played(house)
    with pytest.raises(RequestError, match="on_bar: bar 2 has begun already: it is bar 2"):
        house.ask("a", 2)
    assert house.jobs.get("a") is None


def has_rendered(house: House, seconds: float, steps: int = 6) -> None:
    """As if a loop like ASKED had taken so long."""
    job = house.jobs.add(f"past {seconds}", replace(ASKED, steps=steps)).to(State.RENDERING)
    house.jobs.save(job.to(State.DONE, seconds=seconds, model="fake-1"))


@pytest.mark.parametrize(
    ("took_s", "steps", "attempts"),
    [
        (0.4, 0, 3),
        (1.3, 0, 2),
        (2.6, 0, 1),
        (2.8, 5, 1),
        (3.2, 4, 1),
        (3.5, 3, 1),
        (3.9, 2, 1),
        (60.0, 2, 1),
    ],
)
async def test_steps_and_attempts_are_as_many_as_there_is_time_for(
    house: House, took_s: float, steps: int, attempts: int
) -> None:
    # Bar 3 is 3 s away, and 2.68 s when less is left free; six steps and what is done once take
    # took_s, and each step is an eleventh of that.
    await house.until_bar(1.5)
    has_rendered(house, took_s)
    job = house.jobs.get(house.ask("a", 3))
    assert (job.options["steps"], job.options["attempts"]) == (steps, attempts)
    assert LEAST_STEPS == 2
    assert house.told("a")[0].steps == (steps or 6)


async def test_steps_that_were_asked_for_are_kept(house: House) -> None:
    has_rendered(house, 60.0)
    assert house.jobs.get(house.ask("a", 3, steps=12)).options["steps"] == 12
    assert house.told("a")[0].steps == 12


@pytest.mark.parametrize("house", [0.4], indirect=True)
async def test_what_is_due_first_is_rendered_first(house: House) -> None:
    house.renders.ask("running", ASKED)
    await house.until(lambda: house.jobs.get("running").state is State.RENDERING)
    house.renders.ask("whenever", replace(ASKED, seed=1))
    house.ask("later", 30, seed=2)
    house.ask("sooner", 20, seed=3)
    ends: list[Job] = []
    names = ("running", "whenever", "later", "sooner")
    waits = [asyncio.create_task(house.renders.end_of(name)) for name in names]
    for wait in waits:
        wait.add_done_callback(lambda done: ends.append(done.result()))
    await house.until(lambda: len(ends) == 4)
    assert [job.id for job in ends] == ["running", "sooner", "later", "whenever"]


async def test_one_that_is_cancelled_does_not_play(house: House) -> None:
    await played(house)
    job = house.ask("a", 9)
    await house.until(lambda: "ready" in house.states(job))
    assert house.cues.cancel(job)
    await house.until_bar(9.3)
    assert house.states(job) == ["rendering", "ready", "missed"]
    assert house.told(job)[-1].reason == "job: it was cancelled"
    assert house.plays == ["old"]
    assert not house.cues.cancel(job)


async def test_one_that_is_with_the_player_is_cancelled_no_more(house: House) -> None:
    await played(house)
    job = house.ask("a", 4)
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(3.5)
    assert house.states(job)[-1] == "waiting"
    assert not house.cues.cancel(job)
    await house.until_bar(4.2)
    assert house.states(job)[-1] == "playing"


async def test_one_whose_render_fails_says_why_and_what_plays_goes_on(house: House) -> None:
    await played(house)
    job = house.ask("a", 5, prompt="fail")
    await house.until_bar(5.2)
    assert house.states(job) == ["rendering", "missed"]
    assert house.told(job)[-1].reason == "key: cannot be rendered"
    assert house.plays == ["old"]


async def test_who_asks_something_else_of_the_part_comes_first(house: House) -> None:
    await played(house)
    write(house.stage.folder, house.stage.clips, "other", 220)
    job = house.ask("a", 4)
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(3.5)
    await house.stage.player.play("other", "", "bar", 0.02)
    await house.until_bar(4.3)
    assert house.plays == ["old", "other"]
    assert house.told(job)[-1].reason == "part: something else has been asked of drums"


async def test_a_tempo_that_changes_meanwhile_leaves_it_its_bar(house: House) -> None:
    await played(house)
    job = house.ask("a", 6)
    await house.until(lambda: house.jobs.get(job).ended)
    for bar, bpm in ((3.5, 150.0), (5.4, 90.0)):
        await house.until_bar(bar)
        now_s, line = house.stage.stream.now_s, house.stage.timeline
        house.stage.timeline = Timeline(bpm, line.quarters_at(now_s), now_s, Metre())
    await house.until_bar(6.3)
    assert house.states(job)[-1] == "playing"
    (event,) = [e for e in house.stage.told(PlayingEvent) if e.state == "playing"][1:]
    assert event.bar == 6
    sound = house.stage.sound[:, 0]
    begin = round(house.stage.stream.clock.frame_at(house.stage.timeline.time_of(20.0)))
    # Stretched, what is steady wavers a little.
    assert sound[begin : begin + 2000] == pytest.approx(0.3, abs=0.03)
    assert np.ptp(sound[begin - 3000 : begin - 1500]) > 0.05


async def test_while_the_host_stands_still_it_waits(house: House) -> None:
    await played(house)
    job = house.ask("a", 5)
    await house.until_bar(3.0)
    line = house.stage.timeline
    stands = Timeline(120.0, 8.0, house.stage.stream.now_s, Metre(), playing=False)
    house.stage.timeline = stands
    for _ in range(100):
        await house.stage.pull(RATE // 10)
        await house.stage.settle(0.01)
    assert house.states(job)[-1] == "ready"
    house.stage.timeline = replace(line, quarters=8.0, time_s=house.stage.stream.now_s)
    await house.until_bar(5.3)
    assert house.states(job)[-1] == "playing"
    assert house.plays[-1] == house.jobs.get(job).clip


async def test_the_same_job_asked_for_again_is_the_same(house: House) -> None:
    has_rendered(house, 3.0)
    await house.until_bar(1.5)
    job = house.ask("a", 3)
    assert house.jobs.get(job).options["steps"] == 4
    await house.until_bar(1.9)
    # By now it would get fewer steps, and other bars would be 2 bars away.
    assert house.ask("a", 4) == job
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(3.4)
    # After its bar has begun, too.
    assert house.ask("a", 3) == job
    assert {event.bar for event in house.told(job)} == {3}
    assert house.states(job)[-1] == "playing"


async def test_a_host_that_stops_just_before_the_bar_goes_on_with_what_played(house: House) -> None:
    await played(house)
    job = house.ask("a", 5)
    await house.until(lambda: house.jobs.get(job).ended)
    await house.until_bar(4.6)
    assert house.states(job)[-1] == "waiting"
    line, now_s = house.stage.timeline, house.stage.stream.now_s
    house.stage.timeline = Timeline(120.0, line.quarters_at(now_s), now_s, Metre(), playing=False)
    for _ in range(10):
        await house.stage.pull(RATE // 10)
        await house.stage.settle(0.03)
    assert house.told(job)[-1].state == "ready"
    # From the start again: two bars of the old loop, and no other, before the cue's bar.
    house.stage.timeline = Timeline(120.0, 8.0, house.stage.stream.now_s, Metre())
    await house.until_bar(4.8)
    assert house.plays == ["old", "old"]
    await house.until_bar(5.3)
    assert house.plays[-1] == house.jobs.get(job).clip
    assert house.told(job)[-1].state == "playing"


async def test_cues_of_short_bars_that_follow_each_other_all_play(house: House) -> None:
    stage = house.stage
    stage.timeline = Timeline(240.0, 0.0, stage.stream.now_s, Metre())
    jobs = [house.ask(f"{bar}", bar, prompt=f"level 0.{bar}", bpm=240.0) for bar in (6, 7, 8)]
    await house.until(lambda: not house.jobs.busy)
    await house.until_bar(8.5)
    assert [house.states(job)[-1] for job in jobs] == ["playing"] * 3
    assert house.plays == [house.jobs.get(job).clip for job in jobs]
    begins = [e.bar for e in stage.told(PlayingEvent) if e.state == "playing"]
    assert begins == [6, 7, 8]


async def test_of_two_that_are_wanted_at_once_the_one_that_was_asked_last_plays(
    house: House,
) -> None:
    first, second = house.ask("a", 5), house.ask("b", 5, seed=1)
    house.ask("c", 5, seed=2, part="bass")
    await house.until(lambda: not house.jobs.busy)
    await house.until_bar(5.3)
    assert house.states(first)[-1] == "missed"
    assert house.told(first)[-1].reason == "part: another loop is wanted on drums then"
    assert house.states(second)[-1] == "playing"
    assert len(house.plays) == 2


@pytest.mark.parametrize("house", [0.6], indirect=True)
async def test_one_that_was_missed_holds_up_no_other(house: House) -> None:
    house.renders.ask("running", ASKED)
    await house.until(lambda: house.jobs.get("running").state is State.RENDERING)
    late, soon = house.ask("late", 2, seed=1), house.ask("soon", 20, seed=2)
    while house.bar < 2.1:
        await house.stage.pull(RATE // 2)
        await asyncio.sleep(0)
    await house.until(lambda: house.states(late)[-1] == "missed")
    await house.until(lambda: house.jobs.get(soon).ended)
    assert not house.jobs.get(late).ended


async def test_time_is_shared_among_those_that_are_asked_for_next(house: House) -> None:
    await house.until_bar(1.5)
    has_rendered(house, 1.3)
    # 2.68 s are left: four loops of six steps would take 5.2 s.
    steps = []
    for number, part in enumerate(("drums", "bass", "chords", "lead")):
        asked = replace(ASKED, part=part)
        house.cues.ask(part, asked, 3, 0.02, ASKER, shares=4 - number)
        steps.append(house.jobs.get(part).options["steps"])
    assert steps == [2, 2, 2, 2]
    assert {house.jobs.get(part).options["attempts"] for part in ("drums", "lead")} == {1}


async def test_a_job_that_went_on_after_a_crash_is_a_cue_again_when_it_is_asked_for(
    house: House,
) -> None:
    house.renders.ask("a", ASKED)
    await house.until(lambda: not house.jobs.busy)
    assert house.ask("a", 4) == "a"
    await house.until_bar(4.3)
    assert house.states("a")[-1] == "playing"
