"""Scenes over OSC: one request, a part after the other, by a real server with a fake worker."""

from collections.abc import Callable
from pathlib import Path

from server.protocol import ClipEvent, Done, Fail, JobEvent
from server.render_messages import ScenePartEvent, SceneRendered

from .conftest import Peer, Run

ASKED = ("prompt", "warm house", "bars", 1, "bpm", 123.4, "key", "Am")


async def test_drums_come_first_and_each_part_is_told_when_it_is_ready(peer: Peer) -> None:
    peer.send("/melfusion/scene", 1, *ASKED, "scene", "s")
    told = [await peer.until(ScenePartEvent) for _ in range(4)]
    answer = await peer.until(Done, id=1)
    assert [event.part for event in told] == ["drums", "bass", "chords", "lead"]
    assert [event.job for event in told] == ["s-drums", "s-bass", "s-chords", "s-lead"]
    assert {(event.scene, event.reason) for event in told} == {("s", "")}
    assert isinstance(answer, SceneRendered)
    assert answer.clips.split() == [event.clip for event in told]
    for event in told:
        await peer.ask("/melfusion/clips/list", 2, "clip", event.clip)
    for event in told:
        assert Path(event.path).is_file()
        assert f"_{event.part}_123.4bpm_Amin_" in event.path


async def test_all_parts_are_on_one_plan(peer: Peer) -> None:
    # Key and chords are left open: whoever asks for the parts one by one gets them too.
    await peer.ask("/melfusion/notify", 1, 1)
    peer.send("/melfusion/scene", 2, "prompt", "x", "seed", 7, "parts", "lead bass")
    clips = [await peer.until(ClipEvent) for _ in range(2)]
    assert [clip.part for clip in clips] == ["bass", "lead"]
    assert len({(clip.key, clip.chords, clip.bpm, clip.metre) for clip in clips}) == 1
    answer = await peer.until(SceneRendered, id=2)
    assert answer.clips.split() == [clip.clip for clip in clips]


async def test_the_same_scene_asked_for_again_is_rendered_once(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server(seconds=0.3) as address:
        peer, other = peers(address), peers(address)
        for _ in range(3):  # as who hears nothing asks again
            peer.send("/melfusion/scene", 1, *ASKED, "scene", "s", "parts", "drums,bass")
        answer = await peer.until(SceneRendered, id=1)
        assert await peer.hears_nothing()
        again = await other.ask("/melfusion/scene", 5, *ASKED, "scene", "s", "parts", "drums,bass")
        assert again.clips == answer.clips
        fail = await other.ask("/melfusion/scene", 6, "prompt", "other", "scene", "s")
        assert fail.reason == "job: s-drums is the id of another request: choose a new one"


async def test_a_scene_of_which_a_part_is_refused_is_refused_as_a_whole(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server(seconds=0.3) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        peer.send("/melfusion/render", 2, "prompt", "theirs", "job", "s-bass")
        await peer.until(JobEvent, job="s-bass")
        peer.send("/melfusion/scene", 3, *ASKED, "scene", "s", "in_bars", 90)
        assert (await peer.until(JobEvent, job="s-drums", state="cancelled")).reason
        fail = await peer.until(Fail, id=3)
        assert fail.reason == "job: s-bass is the id of another request: choose a new one"
        await peer.until(JobEvent, job="s-bass", state="done")
        assert (await peer.ask("/melfusion/status", 4)).queued == 0


async def test_one_part_that_is_cancelled_leaves_the_others(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server(seconds=0.4) as address:
        peer = peers(address)
        peer.send("/melfusion/scene", 1, *ASKED, "scene", "s", "parts", "drums bass lead")
        await peer.until(ScenePartEvent, part="drums")
        assert await peer.ask("/melfusion/cancel", 2, "s-lead") == Done(2, "/melfusion/cancel")
        fail = await peer.until(Fail, id=1)
        assert fail.reason == "parts: lead: job: it was cancelled (in the library: drums bass)"


async def test_a_scene_is_cancelled_as_a_whole(run_server: Run, peers: Callable[..., Peer]) -> None:
    async with run_server(seconds=0.5) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        peer.send("/melfusion/scene", 2, *ASKED, "scene", "s")
        await peer.until(JobEvent, job="s-drums", state="rendering")
        peer.send("/melfusion/cancel", 3, "s")
        fail = await peer.until(Fail, id=2)
        assert fail.reason.startswith("parts: drums: job: it was cancelled; bass: job: it was")
        assert fail.reason.endswith("(in the library: nothing)")
        fail = await peer.ask("/melfusion/cancel", 4, "t")
        assert fail.reason == "job: t is unknown"


async def test_what_is_wrong_with_a_scene_is_one_sentence(peer: Peer) -> None:
    fail = await peer.ask("/melfusion/scene", 1, *ASKED, "parts", "drums kazoo")
    assert fail.reason == "parts: must be of drums bass chords lead, not 'kazoo'"
    fail = await peer.ask("/melfusion/scene", 2, *ASKED, "parts", " ")
    assert fail.reason == "parts: none is named, of drums bass chords lead"
    fail = await peer.ask("/melfusion/scene", 3, *ASKED, "on_bar", 9, "in_bars", 2)
    assert fail.reason == "in_bars: says the same as on_bar: name one of them"
    fail = await peer.ask("/melfusion/scene", 4, *ASKED, "on_bar", -3)
    assert fail.reason.startswith("on_bar: bar -3 has begun already: it is bar ")


async def test_where_nothing_plays_nothing_is_varied(peer: Peer) -> None:
    fail = await peer.ask("/melfusion/evolve", 1, 4)
    assert fail.reason == "parts: nothing plays that could be varied"
    fail = await peer.ask("/melfusion/evolve", 2, 4, "parts", "drums")
    assert fail.reason == "parts: nothing plays on drums"
    fail = await peer.ask("/melfusion/evolve", 3, 4, "over", 16)
    assert fail.reason == "over: has nowhere to go: give to_prompt or to_image"
    assert (await peer.ask("/melfusion/evolve", 4, 0)).parts == ""
