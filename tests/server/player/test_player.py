"""The player on virtual devices: time is what has been asked for, and every sample is looked at."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from melfusion.music import Metre
from melfusion.request import RequestError
from server import library as libraries
from server.clips import Clips
from server.clock import Timeline
from server.player import output as outputs
from server.player.engine import AHEAD
from server.player.lane import Guide
from server.player_messages import DeviceEvent, MetersEvent, MixEvent, PlayingEvent

from ..fake_devices import BEGAN_S, Machine
from .bench import largest_step
from .stage import BAR_FRAMES, RATE, Stage, write


@pytest.fixture
async def stage(library: Path) -> AsyncIterator[Stage]:
    with libraries.opened(library) as opened:
        made = Stage(Machine(["virtual"]), Clips(library, opened.database), library)
        yield made
        await made.player.close()


def wave(stage: Stage, name: str) -> np.ndarray:
    return soundfile.read(stage.folder / f"{name}.wav", dtype="float32")[0]


async def test_a_clip_begins_on_the_next_bar(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    launch = await stage.player.play("a", "", "bar", 0.02)
    assert (launch.part, launch.bar) == ("drums", 2)
    assert launch.wait_s == pytest.approx(2.0)
    await stage.pull(3 * BAR_FRAMES)
    sound = stage.sound[:, 0]
    assert not sound[:BAR_FRAMES].any()
    assert sound[BAR_FRAMES] > 0
    assert np.array_equal(sound[BAR_FRAMES + 48 : 2 * BAR_FRAMES], wave(stage, "a")[48:])
    assert np.array_equal(sound[2 * BAR_FRAMES : 3 * BAR_FRAMES], wave(stage, "a"))
    assert stage.said() == [("drums", "a", "waiting"), ("drums", "a", "playing")]
    assert stage.told(PlayingEvent)[-1].bar == 2
    assert max(event.drums for event in stage.told(MetersEvent)) == pytest.approx(0.45, abs=1e-3)


@pytest.mark.parametrize(
    ("quantum", "bars", "expected"),
    [("beat", 1, 3 * RATE // 2), ("bar", 1, 2 * BAR_FRAMES), ("loop", 4, 4 * BAR_FRAMES)],
)
async def test_each_quantum_has_its_grid(
    stage: Stage, quantum: str, bars: int, expected: int
) -> None:
    write(stage.folder, stage.clips, "a", 110, bars=bars)
    await stage.player.play("a", "", "bar", 0.02)
    stage.player.stop("", "now", 0.01)
    if quantum != "beat":
        await stage.pull(BAR_FRAMES + 500)
    else:
        await stage.pull(RATE + 500)
    assert not stage.sound.any()
    await stage.player.play("a", "", quantum, 0.02)
    await stage.pull(expected - stage.stream.frame + 500)
    assert int(np.argmax(stage.sound[:, 0] > 0)) == expected


async def test_now_is_at_once_and_in_its_place(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "now", 0.02)
    await stage.pull(RATE)
    sound = stage.sound[:, 0]
    begin = int(np.argmax(sound > 0))
    assert begin < AHEAD + 2 * 256 + 0.02 * RATE
    assert np.array_equal(sound[begin + 48 : RATE], wave(stage, "a")[begin + 48 : RATE])


async def test_a_swap_lies_on_the_bar_and_stop_on_the_next(stage: Stage) -> None:
    for name, hertz in (("a", 110), ("b", 165)):
        write(stage.folder, stage.clips, name, hertz)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    await stage.player.play("b", "", "bar", 0.05)
    await stage.pull(BAR_FRAMES)
    stage.player.stop("drums", "bar", 0.01)
    await stage.pull(2 * BAR_FRAMES)
    sound = stage.sound[:, 0]
    swap, end = 2 * BAR_FRAMES, 3 * BAR_FRAMES
    assert np.array_equal(sound[BAR_FRAMES + 48 : swap - 2400], wave(stage, "a")[48:-2400])
    assert np.array_equal(sound[swap : end - 480], wave(stage, "b")[:-480])
    assert sound[end - 1] > 0
    assert not sound[end:].any()
    assert largest_step(stage.sound[BAR_FRAMES + 100 :]) < 0.02
    assert stage.said()[-3:] == [
        ("drums", "b", "waiting"),
        ("drums", "b", "playing"),
        ("drums", "", "stopped"),
    ]


async def test_parts_play_side_by_side_and_are_mixed(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    write(stage.folder, stage.clips, "b", 165, part="bass")
    for name in ("a", "b"):
        await stage.player.play(name, "", "bar", 0.02)
    stage.player.mix("bass", 0.5, None)
    await stage.pull(2 * BAR_FRAMES)
    both = wave(stage, "a") + 0.5 * wave(stage, "b")
    assert np.abs(stage.sound[BAR_FRAMES + 48 : 2 * BAR_FRAMES, 0] - both[48:]).max() < 1e-6
    stage.player.mix("drums", None, True)
    await stage.pull(BAR_FRAMES)
    end = 0.5 * wave(stage, "b")[RATE:]
    assert np.abs(stage.sound[2 * BAR_FRAMES + RATE : 3 * BAR_FRAMES, 0] - end).max() < 1e-6
    assert stage.told(MixEvent)[-1] == MixEvent("drums", 1.0, 1)


async def test_a_panic_is_silence_at_once_and_the_last_loop_comes_back(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.player.panic()
    at = stage.stream.frame
    await stage.pull(2 * BAR_FRAMES)
    assert not stage.sound[at + AHEAD + 300 :].any()
    launch = await stage.player.play("", "drums", "bar", 0.02)
    assert launch.part == "drums"
    await stage.pull(BAR_FRAMES)
    assert stage.said()[-1] == ("drums", "a", "playing")


async def test_what_cannot_be_played_leaves_what_plays(stage: Stage) -> None:
    for name in ("a", "gone", "short", "odd"):
        write(stage.folder, stage.clips, name, 110)
    (stage.folder / "gone.wav").unlink()
    soundfile.write(stage.folder / "short.wav", np.zeros(100), RATE)
    (stage.folder / "odd.wav").write_bytes(b"RIFF")
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + 5000)
    for name, words in (
        ("gone", "cannot be read"),
        ("odd", "cannot be read"),
        ("short", "not as long"),
        ("never", "not in the library"),
    ):
        with pytest.raises(RequestError, match=f"clip: .*{words}"):
            await stage.player.play(name, "", "bar", 0.02)
    await stage.pull(2 * BAR_FRAMES)
    assert np.array_equal(stage.sound[2 * BAR_FRAMES : 3 * BAR_FRAMES, 0], wave(stage, "a"))


async def test_the_last_that_was_asked_of_a_part_counts(stage: Stage) -> None:
    for name, hertz in (("a", 110), ("b", 165)):
        write(stage.folder, stage.clips, name, hertz)
    first = asyncio.create_task(stage.player.play("a", "", "bar", 0.02))
    second = asyncio.create_task(stage.player.play("b", "", "bar", 0.02))
    assert (await second).bar == 2
    with pytest.raises(RequestError, match="something else"):
        await first
    await stage.pull(2 * BAR_FRAMES)
    assert np.array_equal(stage.sound[BAR_FRAMES + 48 : 2 * BAR_FRAMES, 0], wave(stage, "b")[48:])


async def test_a_loop_at_another_tempo_or_rate_is_fitted_before_it_begins(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110, bpm=110.0, rate=44100, bars=2)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(6 * BAR_FRAMES)
    sound = stage.sound[:, 0]
    assert int(np.argmax(sound > 0)) == BAR_FRAMES
    twice = sound[BAR_FRAMES + 48 :][: 4 * BAR_FRAMES - 48]
    assert np.array_equal(twice[: 2 * BAR_FRAMES - 48], twice[2 * BAR_FRAMES :])
    spectrum = np.abs(np.fft.rfft((twice - twice.mean())[:RATE] * np.hanning(RATE)))
    assert spectrum.argmax() == pytest.approx(110, abs=1)


async def test_a_new_tempo_is_followed_at_once_and_the_pitch_comes_back(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 220, bars=2)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.timeline = replace(stage.timeline.at(stage.stream.now_s), bpm=126.0)
    lane = next(iter(stage.player._playing.values()))

    def error_s() -> float:
        frame = stage.stream.frame + AHEAD
        return (
            lane.error(
                lane.goal(Guide(stage.timeline, stage.timeline.bpm), stage.stream.clock, frame),
                frame,
            )
            / RATE
        )

    errors = []
    for _ in range(100):
        await stage.pull(512)
        await asyncio.sleep(0.005)
        errors.append(abs(error_s()))
    assert max(errors) < 0.005
    assert errors[-1] < 0.0005
    await stage.settle()
    await stage.pull(RATE)
    assert len(lane.sound.frames) == pytest.approx(8 * 60 / 126 * RATE, abs=1)
    await stage.pull(RATE)
    sound = stage.sound[-RATE:, 0]
    spectrum = np.abs(np.fft.rfft((sound - sound.mean()) * np.hanning(RATE)))
    assert spectrum.argmax() == pytest.approx(220, abs=1)
    assert largest_step(stage.sound[BAR_FRAMES + 100 :]) < 0.02


async def test_a_leader_that_is_approached_changes_no_sound(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    stage.bpm = 120.0
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    lane = next(iter(stage.player._playing.values()))
    for bpm in (121.0, 120.0):
        stage.timeline = replace(stage.timeline.at(stage.stream.now_s), bpm=bpm)
        await stage.pull(RATE // 4)
        await stage.settle(0.1)
    await stage.pull(2 * BAR_FRAMES)
    assert lane.sound is lane.own
    place = stage.timeline.quarters_at(stage.stream.now_s) / 4 * BAR_FRAMES
    expected = wave(stage, "a")[(round(place) - 1000 + np.arange(1000)) % BAR_FRAMES]
    # At most a millisecond away, of a tone of 110 Hz.
    assert np.abs(stage.sound[-1000:, 0] - expected).max() < 0.2 * 2 * np.pi * 0.11


async def test_a_start_that_waits_moves_with_the_tempo(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(RATE)
    stage.timeline = replace(stage.timeline.at(BEGAN_S + 1.0), bpm=100.0)
    await stage.pull(2 * RATE)
    expected = RATE + round(2 * 0.6 * RATE)
    assert int(np.argmax(stage.sound[:, 0] > 0)) == expected


@pytest.mark.parametrize("quarters", [400.0, -400.0])
async def test_a_start_that_waits_finds_its_bar_where_the_line_goes(
    stage: Stage, quarters: float
) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(RATE)
    stage.timeline = replace(stage.timeline, quarters=stage.timeline.quarters + quarters)
    await stage.pull(2 * RATE)
    assert int(np.argmax(stage.sound[:, 0] > 0)) == BAR_FRAMES
    assert stage.told(PlayingEvent)[-1].bar == 2 + quarters // 4


async def test_bars_are_kept_when_their_numbers_change(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110, bars=4)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.timeline = replace(stage.timeline, quarters=stage.timeline.quarters + 400)
    await stage.pull(3 * BAR_FRAMES)
    assert np.array_equal(
        stage.sound[BAR_FRAMES + 48 : 4 * BAR_FRAMES, 0], wave(stage, "a")[48 : 3 * BAR_FRAMES]
    )


async def test_another_downbeat_is_gone_to_without_a_click(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.timeline = replace(stage.timeline, quarters=stage.timeline.quarters + 1.0)
    at = stage.stream.frame
    await stage.pull(2 * BAR_FRAMES)
    sound, moved = stage.sound[:, 0], RATE // 2
    settled = at + 5000
    expected = wave(stage, "a")[(np.arange(settled, len(sound)) + moved) % BAR_FRAMES]
    assert np.array_equal(sound[settled:], expected)
    assert largest_step(stage.sound[BAR_FRAMES + 100 :]) < 0.02


async def test_who_stands_still_is_silent_and_goes_on_in_place(stage: Stage) -> None:
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.timeline = replace(stage.timeline.at(stage.stream.now_s), playing=False)
    at = stage.stream.frame
    await stage.pull(RATE)
    assert not stage.sound[at + 5000 :].any()
    stage.timeline = Timeline(120.0, 8.0, stage.stream.now_s, Metre())
    again = stage.stream.frame
    await stage.pull(2 * RATE)
    begin = again + 3000
    assert np.array_equal(
        stage.sound[begin : begin + RATE, 0], wave(stage, "a")[begin - again : begin - again + RATE]
    )
    assert stage.said()[-2:] == [("drums", "a", "waiting"), ("drums", "a", "playing")]


async def test_a_lost_device_comes_back_with_everything_in_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "AGAIN_S", 0.02)
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES + RATE)
    stage.machine.names.clear()
    old = stage.stream
    old.lost = True
    await stage.settle(0.1)
    assert old.closed
    assert stage.told(DeviceEvent)[-1].state == "lost"
    with pytest.raises(RequestError, match="device: there is no sound device"):
        await stage.player.play("a", "", "bar", 0.02)

    stage.machine.names.append("another")
    stage.machine.rate, stage.machine.began_s = 44100, BEGAN_S + 10
    await stage.settle(0.3)
    assert (stage.told(DeviceEvent)[-1].state, stage.stream.rate) == ("open", 44100)
    await stage.pull(44100)
    sound = stage.sound[:, 0]
    begin = int(np.argmax(sound > 0))
    assert begin < 3000
    places = np.arange(begin + 48, 44100) / 44100
    periods = 110 * places
    assert np.abs(sound[begin + 48 : 44100] - 0.25 - 0.2 * np.cos(2 * np.pi * periods)).max() < 1e-3


async def test_another_device_can_be_chosen_while_it_plays(stage: Stage) -> None:
    stage.machine.names.append("other")
    write(stage.folder, stage.clips, "a", 110)
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(BAR_FRAMES)
    with pytest.raises(RequestError, match="name: there is no sound device 'third'; there are"):
        await stage.player.output.choose("third")
    await stage.player.output.choose("oth")
    await stage.settle(0.1)
    await stage.pull(RATE)
    assert stage.stream.name == "other"
    assert stage.sound.any()
    assert stage.machine.opened[0].closed


async def test_without_a_device_it_is_said_and_nothing_else_happens(stage: Stage) -> None:
    stage.machine.names.clear()
    write(stage.folder, stage.clips, "a", 110)
    with pytest.raises(RequestError) as fail:
        await stage.player.play("a", "", "bar", 0.02)
    assert str(fail.value) == (
        "device: there is no sound device; one that is connected is found by itself"
    )
    assert stage.told(DeviceEvent)[-1].state == "none"
    stage.player.stop("", "bar", 0.01)
    stage.player.panic()
    stage.player.mix("", 0.5, None)
    stage.machine.names.append("virtual")
    await stage.player.play("a", "", "bar", 0.02)
    await stage.pull(2 * BAR_FRAMES)
    assert np.abs(stage.sound).max() == pytest.approx(0.225, abs=1e-3)
