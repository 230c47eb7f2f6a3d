import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.player.engine import (
    AHEAD,
    MASTER,
    METERS_A_SECOND,
    PARTS,
    Kind,
    Level,
    Start,
    Steer,
    Stop,
)
from server.player.limiter import CEILING, WINDOW
from server.player.voice import Course, Voice

from .bench import RATE, START_FADE, Bench, largest_step, noise, tone, voice

HOUR = 3600 * RATE


def first_sounding(out: np.ndarray) -> int:
    return int(np.argmax(np.abs(out).max(1) > 0))


@settings(max_examples=40)
@given(blocks=st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_any_block_sizes_give_the_same_samples(blocks: list[int]) -> None:
    def play(sizes: list[int]) -> np.ndarray:
        bench = Bench()
        bench.say(Level(1, 0.5))
        bench.start(
            voice(noise(9001, 1, 0.5), 1000),
            voice(noise(7013, 2, 0.5), 1234.4, 7013.6, part=1),
            voice(noise(3001, 3, 0.5), 2000, part=2),
            voice(noise(8000, 4, 0.5), 3000, part=3),
        )
        swap = voice(noise(5003, 5), 6000 - 700, part=3, fade=700)
        swap.equal_power = True
        bench.pull(512)  # what comes after it swaps with what sounds, not with what waits
        bench.start(swap)
        return bench.pull(20000, sizes)

    assert np.array_equal(play(blocks), play([1024]))


@settings(max_examples=15)
@given(blocks=st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_so_they_do_at_another_tempo(blocks: list[int]) -> None:
    def play(sizes: list[int]) -> np.ndarray:
        bench = Bench()
        bench.start(voice(noise(9001), 600.3, 9222.7))
        return bench.pull(20000, sizes)

    assert np.abs(play(blocks) - play([1024])).max() < 1e-5


def test_a_start_is_heard_on_its_frame_200_times() -> None:
    rng = random.Random(0)
    sound = tone(4000, level=0.9)
    sound.frames[:, :] = np.abs(sound.frames) + np.float32(0.01)
    for _ in range(200):
        bench = Bench(frame=rng.randrange(10**9))
        bench.pull(rng.randrange(1, 700), [rng.randrange(1, 2000)])
        begin = bench.frame + AHEAD + rng.randrange(3000)
        bench.start(voice(sound, begin))
        from_frame = bench.frame
        out = bench.pull(begin - bench.frame + 200, [rng.randrange(1, 2000)])
        assert first_sounding(out) == begin - from_frame
        assert bench.told[0][:2] == (Kind.STARTED, begin)


@pytest.mark.parametrize("bpm", [120.0, 123.4, 97.531])
def test_after_an_hour_a_loop_is_where_it_should_be(bpm: float) -> None:
    length = 16 * 60 / bpm * RATE
    sound = noise(round(length))
    bench = Bench()
    bench.start(voice(sound, 5000, length))
    bench.pull(4 * 1024)
    for rounds in (1, 100, int(HOUR / length)):
        bench.frame = round(5000 + rounds * length)
        out = bench.pull(3000)
        assert np.array_equal(out[:1000], sound.frames[:1000])


def test_an_hour_in_blocks_has_every_round_on_its_frame() -> None:
    # Every block of the hour is asked for, at 8 kHz: 28.8 million frames.
    rate, bpm = 8000, 123.4
    length = 4 * 60 / bpm * rate
    sound = tone(round(length), rate=rate)
    sound.frames[0] = 0.9
    bench = Bench(rate=rate)
    bench.start(voice(sound, 2000, length))
    frames = 3600 * rate
    wrong = []
    rounds = 0
    while bench.frame < frames:
        from_frame = bench.frame
        out = bench.pull(65536)
        (at,) = np.nonzero(out[:, 0] > 0.8)
        for frame in (from_frame + at).tolist():
            if frame > 2000 + 48:
                rounds += 1
                wrong.append(frame - round(2000 + rounds * length))
    assert rounds > 1800
    assert set(wrong) == {0}


def test_rounds_of_uneven_length_leave_no_click() -> None:
    sound = tone(10007)
    own = largest_step(np.concatenate([sound.frames, sound.frames[:1]]))
    for length in (10006.6, 10007.4):
        bench = Bench()
        bench.start(voice(sound, 1000, length))
        assert largest_step(bench.pull(100000)) <= 2.01 * own


def test_a_swap_is_on_the_bar_and_without_a_click() -> None:
    old, new = tone(30000, 110), tone(24000, 172)
    own = max(largest_step(sound.frames) for sound in (old, new))
    bench = Bench()
    bench.start(voice(old, 1000))
    bench.pull(10240)
    swap = voice(new, 40000)
    swap.begin, swap.fade_in, swap.equal_power = 40000 - 960, 960, True
    bench.start(swap)
    out = bench.pull(50000)
    at = 40000 - 10240
    assert np.array_equal(out[at : at + 5000], new.frames[:5000])
    before = old.frames[(10240 - 1000 + np.arange(at - 960)) % 30000]
    assert np.array_equal(out[: at - 960], before)
    # Two loops at equal power are at most so much louder than one.
    assert largest_step(out) <= 2**0.5 * own
    assert [(kind, frame) for kind, frame, _ in bench.told] == [
        (Kind.STARTED, 1000),
        (Kind.STARTED, 40000 - 960),
        (Kind.ENDED, 40000),
    ]


def test_a_crossfade_keeps_the_power() -> None:
    bench = Bench()
    bench.start(voice(noise(30000, 1), 1000))
    bench.pull(10240)
    swap = voice(noise(24000, 2), 40000)
    swap.begin, swap.fade_in, swap.equal_power = 40000 - 9600, 9600, True
    bench.start(swap)
    fade = bench.pull(40000)[40000 - 9600 - 10240 : 40000 - 10240]
    power = (fade.reshape(8, -1) ** 2).mean(1)
    assert power.max() / power.min() < 1.15


def test_a_stop_ends_on_its_frame_without_a_click() -> None:
    sound = tone(30000)
    bench = Bench()
    bench.start(voice(sound, 1000))
    bench.pull(10240)
    bench.say(Stop(0, 20000, 480))
    out = bench.pull(20480)
    end = 20000 - 10240
    assert np.abs(out[:end]).max(1)[-200:].min() > 0
    assert not out[end:].any()
    assert largest_step(out) <= 1.05 * largest_step(sound.frames)


def test_a_stop_that_comes_too_late_fades_all_the_same() -> None:
    sound = tone(30000)
    bench = Bench()
    bench.start(voice(sound, 1000), voice(sound, 50000, part=1))
    bench.pull(10240)
    bench.say(*(Stop(part, 0, 240) for part in range(len(PARTS))))
    out = bench.pull(60000)
    assert not out[AHEAD + 240 :].any()
    assert largest_step(out) <= 1.5 * largest_step(sound.frames)
    assert {(kind, v.part) for kind, _, v in bench.told if v and kind is Kind.ENDED} == {
        (Kind.ENDED, 0),
        (Kind.ENDED, 1),
    }


def test_a_start_that_comes_too_late_begins_where_it_would_be() -> None:
    sound = noise(30000)
    bench = Bench()
    bench.pull(10240)
    bench.start(voice(sound, 9000))
    out = bench.pull(5000)
    begin = 10240 + AHEAD
    assert bench.told[0][:2] == (Kind.STARTED, begin)
    at = begin - 10240 + START_FADE
    assert np.array_equal(out[at:4000], sound.frames[at + 10240 - 9000 : 4000 + 10240 - 9000])


def test_the_next_start_takes_the_place_of_one_that_waits() -> None:
    bench = Bench()
    sound = noise(3000)
    bench.start(voice(tone(30000), 20000), voice(sound, 9000))
    bench.pull(1024)
    assert bench.told[0][0] is Kind.ENDED
    assert np.array_equal(bench.pull(20000)[9000 - 1024 + 48 :][:2900], sound.frames[48:2948])


def test_a_voice_instead_of_another_keeps_the_place_and_the_end() -> None:
    slow = tone(20000, 110)
    course = Course.starting(1000, 20000)
    bench = Bench()
    first = Voice(0, slow, course, 1000, 48)
    bench.start(first)
    bench.pull(10240)
    bench.say(Stop(0, 60000, 480))
    again = Voice(0, slow, course, 15000, 960)
    bench.say(Start(again, instead=first))
    out = bench.pull(60000)
    expected = slow.frames[(10240 - 1000 + np.arange(40000)) % 20000]
    assert np.abs(out[:40000] - expected).max() < 1e-6
    assert not out[60000 - 10240 :].any()


def test_steering_leads_over_without_a_step() -> None:
    sound = tone(20000)
    bench = Bench()
    course = Course.starting(1000, 20000)
    first = Voice(0, sound, course, 1000, 48)
    bench.start(first)
    bench.pull(10240)
    goal = Course.starting(1100, 19000)
    bench.say(Steer(first, course.led_to(goal, 12000, 4800, past=0)))
    out = bench.pull(60000)
    assert largest_step(out) <= 1.2 * largest_step(sound.frames)
    frames = np.arange(12000 + 4800, 60000)
    places = 20000 * np.array([goal.rounds_at(int(frame)) % 1 for frame in frames])
    periods = round(110 * 20000 / RATE)
    exact = 0.4 * np.sin(2 * np.pi * periods * places / 20000)
    assert np.abs(out[frames - 10240, 0] - exact).max() < 1e-3


def test_gain_and_mute_move_without_a_click() -> None:
    sound = tone(30000)
    bench = Bench()
    bench.start(voice(sound, 0), voice(sound, 0, part=1))
    bench.pull(10240)
    bench.say(Level(0, 0.0))
    out = bench.pull(10240)
    bench.say(Level(MASTER, 0.5))
    out = np.concatenate([out, bench.pull(10240)])
    assert largest_step(out) <= 2.2 * largest_step(sound.frames)
    assert np.abs(out[5000:10000]).max() == pytest.approx(0.4, abs=0.01)
    assert np.abs(out[15000:]).max() == pytest.approx(0.2, abs=0.01)


@settings(max_examples=20)
@given(
    level=st.floats(0.5, 6.0),
    seed=st.integers(0, 99),
    blocks=st.lists(st.integers(1, 2000), min_size=1),
)
def test_no_sample_is_ever_over_the_ceiling(level: float, seed: int, blocks: list[int]) -> None:
    bench = Bench()
    bench.start(*(voice(noise(7001, seed + part, level), 700, part=part) for part in range(3)))
    out = bench.pull(20000, blocks)
    assert np.abs(out).max() <= np.float32(CEILING)
    assert np.isfinite(out).all()


def test_what_is_soft_passes_untouched_and_what_is_loud_makes_no_step() -> None:
    sound = tone(48000, 60, 0.5)
    loud = tone(48000, 60, 0.5)
    loud.frames[20000:30000] *= 4
    bench = Bench()
    bench.start(voice(loud, 0))
    out = bench.pull(48000)
    gain = out[100:, 0] / np.where(loud.frames[100:, 0] == 0, 1, loud.frames[100:, 0])
    assert np.array_equal(out[1000:19000], sound.frames[1000:19000])
    assert np.abs(out).max() <= CEILING
    heard = np.abs(loud.frames[100:, 0]) > 0.05
    steps = np.abs(np.diff(gain))[heard[1:] & heard[:-1]]
    assert 0 < steps.max() < 1.5 / WINDOW


def test_meters_come_steadily_and_say_the_peaks() -> None:
    bench = Bench()
    bench.start(voice(tone(48000, level=0.25), 0, part=2))
    bench.pull(3 * RATE, [256])
    assert len(bench.meters) == pytest.approx(3 * METERS_A_SECOND, abs=1)
    last = bench.meters[-1]
    assert last[2] == pytest.approx(0.25, abs=1e-3)
    assert last[MASTER] == pytest.approx(0.25, abs=1e-3)
    assert last[-1] == 1.0
    assert not last[[0, 1, 3, 4]].any()


def test_filling_allocates_nothing_that_stays() -> None:
    bench = Bench(news=64)
    bench.start(
        *(voice(noise(30000, part, 0.6), 0, 30000 + 100 * (part % 2), part) for part in range(5))
    )
    out = np.zeros((1024, 2), np.float32)
    bench.pull(100 * 1024)

    def fill(blocks: int) -> None:
        for _ in range(blocks):
            bench.engine.fill(out, bench.frame)
            bench.frame += 1024
            for _ in bench.news.drain():
                pass

    tracemalloc.start()
    try:
        # Until every slot of the news has held a number that was counted.
        fill(500)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        fill(2000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2000
    # Views and numbers come and go; no array of a block's size is made, of any type.
    assert peak - before < 1024 * 4
