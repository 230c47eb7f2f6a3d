import random

import pytest

from server.player.anchor import ANCHOR, MOST_S, FrameClock

RATE = 48000
BLOCK = 1024


def run(
    clock: FrameClock,
    callbacks: int,
    *,
    first: int = 0,
    drift: float = 0.0,
    jitter_s: float = 0.003,
    began_s: float = 500.0,
) -> int:
    """Callbacks of a device that runs fast by `drift`, each late at random; gives the next."""
    rng = random.Random(first)
    for number in range(first, first + callbacks):
        exact_s = began_s + number * BLOCK / RATE * (1 - drift)
        clock.note(number * BLOCK, exact_s + rng.uniform(0, jitter_s))
        clock.settle()
    return first + callbacks


def test_it_is_steady_after_the_median_of_forty() -> None:
    clock = FrameClock(RATE)
    run(clock, ANCHOR - 1)
    assert not clock.steady
    clock.note((ANCHOR - 1) * BLOCK, 500.0015 + (ANCHOR - 1) * BLOCK / RATE)
    clock.settle()
    assert clock.steady
    assert clock.time_at(0) == pytest.approx(500.0015, abs=0.0007)
    assert clock.frame_at(clock.time_at(12345.5)) == pytest.approx(12345.5)


def test_it_follows_a_device_that_runs_fast_in_small_steps() -> None:
    clock = FrameClock(RATE)
    after = run(clock, ANCHOR, drift=50e-6, jitter_s=0.0)
    before = clock.time_at(0)
    for _ in range(300):
        after = run(clock, ANCHOR, first=after, drift=50e-6, jitter_s=0.0)
        assert abs(clock.time_at(0) - before) <= MOST_S * 1.0001
        before = clock.time_at(0)
    frame = after * BLOCK
    exact_s = 500.0 + frame / RATE * (1 - 50e-6)
    # What it lags behind is what makes it follow: a tenth of the error is made up for at a time.
    assert clock.time_at(frame) == pytest.approx(exact_s, abs=0.0006)
    assert clock.anchorings == 1


def test_freewheeling_is_no_time() -> None:
    clock = FrameClock(RATE)
    after = run(clock, ANCHOR)
    for number in range(after, after + 2 * ANCHOR):
        clock.note(number * BLOCK, 501.0 + (number - after) * 0.0001)
        clock.settle()
    assert not clock.steady
    run(clock, 2 * ANCHOR, first=after + 2 * ANCHOR)
    assert clock.steady
    assert clock.anchorings == 2


def test_lost_frames_make_it_look_again() -> None:
    clock = FrameClock(RATE)
    after = run(clock, ANCHOR)
    clock.upset()
    clock.settle()
    assert not clock.steady
    run(clock, ANCHOR, first=after, began_s=500.0213)
    assert clock.steady
    assert clock.time_at(0) == pytest.approx(500.0228, abs=0.001)
