"""What plays is varied every few bars: the house of the cues, and who asks for the takes."""

import asyncio
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from melfusion.music import Metre
from melfusion.request import RenderRequest, RequestError
from server.clock import Timeline
from server.evolving import Evolution, Evolving
from server.jobs import Job
from server.player_messages import PlayingEvent
from server.render_messages import EvolveEvent

from .player.stage import BAR_FRAMES, write
from .test_cues import House, house

__all__ = ["house"]


@dataclass
class Varied:
    """The house, and what varies what plays in it."""

    house: House
    evolving: Evolving

    async def until_bar(self, bar: float) -> None:
        while self.house.bar < bar:
            await self.house.until_bar(min(bar, self.house.bar + 0.05))
            self.evolving.step()

    async def rendered(self) -> None:
        """Lets all renders come to their end, while no bars go by."""
        await self.house.until(lambda: not self.house.jobs.busy)

    @property
    def asked(self) -> list[Job]:
        return self.house.jobs.recent(ended=1000)

    def begin(self, every: int, parts: str = "", **options: Any) -> None:
        self.evolving.begin(Evolution(every, parts.split(), 0.02, **options))

    def began(self, part: str) -> list[int]:
        """The bars in which clips began on a part, the first one left out."""
        events = self.house.stage.told(PlayingEvent)
        return [e.bar for e in events if (e.part, e.state) == (part, "playing")][1:]

    @property
    def told(self) -> list[EvolveEvent]:
        return self.house.stage.told(EvolveEvent)


@pytest.fixture
async def varied(house: House) -> Varied:
    """Drums and bass play, from bar 2 on."""
    stage = house.stage
    evolving = Evolving(
        stage.player, stage.clips, house.jobs, house.renders, house.cues,
        lambda: stage.timeline, lambda: stage.timeline.bpm, stage.events.append,
        lambda: stage.stream.now_s,
    )  # fmt: skip
    for name, part in (("d", "drums"), ("b", "bass")):
        write(stage.folder, stage.clips, name, 110, part=part)
        await stage.player.play(name, "", "bar", 0.02)
    made = Varied(house, evolving)
    await made.until_bar(2.3)
    return made


async def test_every_few_bars_all_parts_get_another_take(varied: Varied) -> None:
    varied.begin(2)
    for bar in (4.3, 6.3, 8.3):
        await varied.rendered()
        await varied.until_bar(bar)
    assert varied.began("drums") == varied.began("bass") == [4, 6, 8]
    options = [job.options for job in varied.asked]
    assert [one["part"] for one in options] == 4 * ["drums", "bass"]
    # All parts of a take share a seed, on the key and chords of what played; each take has its own.
    seeds = [one["seed"] for one in options]
    assert seeds[::2] == seeds[1::2]
    assert len(set(seeds)) == 4
    assert {(one["key"], one["chords"], one["bpm"]) for one in options} == {("C major", "C", 120.0)}
    assert [(event.parts, event.every, event.bar) for event in varied.told] == [
        ("drums bass", 2, bar) for bar in (4, 6, 8, 10)
    ]


async def test_one_part_may_be_varied_alone_and_ends_when_it_is_told_to(varied: Varied) -> None:
    varied.begin(2, "bass")
    await varied.rendered()
    await varied.until_bar(4.3)
    varied.evolving.end()
    await varied.rendered()
    await varied.until_bar(7.3)
    assert (varied.began("drums"), varied.began("bass")) == ([], [4])
    assert varied.told[-1] == EvolveEvent("", 0, 0, 0.0)
    # The take that was under way is given up.
    assert varied.asked[-1].state in ("cancelled", "done")
    assert len(varied.asked) == 2


async def test_it_goes_towards_another_scene_and_ends_there(varied: Varied) -> None:
    varied.begin(2, "drums", to_prompt="dark", to_image="", over=4)
    for bar in (4.3, 6.3, 8.3):
        await varied.rendered()
        await varied.until_bar(bar)
    options = [job.options for job in varied.asked]
    assert [one["blend"] for one in options] == [0.5, 1.0]
    assert {one["to_prompt"] for one in options} == {"dark"}
    assert {one["prompt"] for one in options} == {"d"}
    assert varied.began("drums") == [4, 6]
    assert [event.blend for event in varied.told] == [0.5, 1.0, 0.0]
    assert varied.evolving.event == varied.told[-1] == EvolveEvent("", 0, 0, 0.0)


async def test_without_a_length_of_the_way_it_goes_on_there(varied: Varied) -> None:
    varied.begin(2, "drums", to_prompt="dark")
    for bar in (4.3, 6.3):
        await varied.rendered()
        await varied.until_bar(bar)
    assert [job.options["blend"] for job in varied.asked] == [1.0, 1.0, 1.0]
    assert varied.evolving.event.parts == "drums"


async def test_it_ends_when_all_parts_are_there_and_leaves_those_that_are(varied: Varied) -> None:
    stage = varied.house.stage
    varied.begin(2, to_prompt="dark", over=2)
    await varied.rendered()
    write(stage.folder, stage.clips, "mine", 220, part="bass")
    await stage.player.play("mine", "", "bar", 0.02)  # which calls off the take of the bass
    await varied.until_bar(4.3)
    assert [job.options["part"] for job in varied.asked] == ["drums", "bass", "bass"]
    await varied.rendered()
    await varied.until_bar(6.3)
    assert varied.evolving.event.parts == ""
    assert (varied.began("drums"), varied.began("bass")) == ([4], [3, 6])
    varied.begin(2, to_prompt="dark", over=2)  # where it is already
    assert varied.evolving.event.parts == ""
    assert len(varied.asked) == 3


@pytest.mark.parametrize("house", [30.0], indirect=True)
async def test_a_take_that_is_not_ready_is_left_out_and_the_next_one_asked_for(
    varied: Varied,
) -> None:
    varied.begin(1, "drums")
    await varied.until_bar(5.3)
    await varied.house.until(lambda: sum(not job.ended for job in varied.asked) == 1)
    assert varied.began("drums") == []
    assert [event.bar for event in varied.told] == [3, 4, 5, 6]
    sound = varied.house.stage.sound[2 * BAR_FRAMES + 100 :, 0]
    assert sound == pytest.approx(np.resize(sound[:BAR_FRAMES], len(sound)), abs=1e-2)


async def test_what_somebody_else_plays_is_varied_from_then_on(varied: Varied) -> None:
    stage = varied.house.stage
    varied.begin(2, "drums")
    await varied.rendered()
    await varied.until_bar(4.3)
    write(stage.folder, stage.clips, "mine", 220, part="drums")
    await stage.player.play("mine", "", "bar", 0.02)
    await varied.rendered()
    await varied.until_bar(6.5)
    await varied.rendered()
    # The take of what played before does not take its place.
    assert varied.began("drums") == [4, 5]
    await varied.until_bar(8.3)
    assert varied.began("drums") == [4, 5, 8]
    assert [job.options["prompt"] for job in varied.asked][-2:] == ["mine", "mine"]


async def test_what_was_stopped_stays_silent_and_where_nothing_plays_it_ends(
    varied: Varied,
) -> None:
    varied.begin(2)
    await varied.rendered()
    varied.house.stage.player.stop("drums", "now", 0.01)
    await varied.until_bar(4.3)
    assert (varied.began("drums"), varied.began("bass")) == ([], [4])
    assert varied.evolving.event.parts == "bass"
    varied.house.stage.player.stop("", "now", 0.01)
    await varied.until_bar(6.3)
    assert varied.evolving.event == varied.told[-1] == EvolveEvent("", 0, 0, 0.0)
    assert varied.began("bass") == [4]


async def test_a_host_that_goes_elsewhere_is_followed(varied: Varied) -> None:
    varied.begin(2, "drums")
    stage = varied.house.stage
    now_s = stage.stream.now_s
    stage.timeline = Timeline(120.0, 400.0 + stage.timeline.quarters_at(now_s), now_s, Metre())
    await varied.until_bar(102.5)
    assert varied.told[-1].bar == 104
    await varied.rendered()
    await varied.until_bar(104.3)
    assert varied.began("drums")[-1] == 104


async def test_what_cannot_be_varied_is_said_at_once(varied: Varied) -> None:
    for parts, words in (("lead", "nothing plays on lead"), ("kazoo", "must be of drums bass")):
        with pytest.raises(RequestError, match=f"parts: {words}"):
            varied.begin(2, parts)
    varied.house.stage.player.stop("", "now", 0.01)
    await asyncio.sleep(0)
    with pytest.raises(RequestError, match="parts: nothing plays that could be varied"):
        varied.begin(2)
    assert not varied.told


def test_the_way_is_as_long_as_it_was_asked_for() -> None:
    ways = [Evolution(4, ["drums"], 0.02, "dark", over=8, gone=gone) for gone in (0, 4, 8, 12)]
    assert [way.blend for way in ways] == [0.0, 0.5, 1.0, 1.0]
    assert Evolution(4, ["drums"], 0.02, "dark", gone=4).blend == 1.0
    assert Evolution(4, ["drums"], 0.02, gone=4).blend == 0.0
    assert RenderRequest.attempts == 3


async def test_takes_play_on_the_part_that_their_clip_plays_on(varied: Varied) -> None:
    stage = varied.house.stage
    write(stage.folder, stage.clips, "pad", 220, part="chords")
    await stage.player.play("pad", "lead", "bar", 0.02)
    await varied.until_bar(3.3)
    varied.begin(2, "lead")
    await varied.rendered()
    await varied.until_bar(5.3)
    assert varied.began("lead") == [5]
    assert not [e for e in stage.told(PlayingEvent) if e.part == "chords"]


async def test_on_the_way_a_host_that_begins_anew_changes_nothing(varied: Varied) -> None:
    varied.begin(2, "drums", to_prompt="dark", over=6)
    await varied.rendered()
    await varied.until_bar(4.3)
    stage = varied.house.stage
    stage.timeline = Timeline(120.0, 0.0, stage.stream.now_s, Metre())
    await varied.until_bar(1.4)
    assert [event.blend for event in varied.told] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert varied.told[-1].bar in (2, 3)


async def test_a_second_way_begins_where_the_first_one_led(varied: Varied) -> None:
    varied.begin(2, "drums", to_prompt="dark", over=2)
    await varied.rendered()
    await varied.until_bar(4.3)
    varied.begin(2, "drums", to_prompt="bright", over=4)
    (options,) = [j.options for j in varied.asked if j.options["to_prompt"] == "bright"]
    assert [options[name] for name in ("prompt", "to_prompt", "blend")] == ["dark", "bright", 0.5]


async def test_what_somebody_else_wants_there_is_not_pushed_aside(varied: Varied) -> None:
    theirs = varied.house.ask("theirs", 4, prompt="mine")
    varied.begin(2)
    assert [job.options["part"] for job in varied.asked] == ["drums", "bass"]
    await varied.rendered()
    await varied.until_bar(4.3)
    assert varied.house.states(theirs)[-1] == "playing"
    assert varied.began("drums") == varied.began("bass") == [4]


async def test_the_same_asked_for_again_begins_nothing_anew(varied: Varied) -> None:
    for _ in range(3):
        varied.begin(2)
    assert len(varied.asked) == 2
