"""MIDI clock as it comes: jack_midi_clock and a sequencer, through a real JACK server.

Each has a server of its own, at periods that it keeps without real-time priority.
"""

from typing import Any

import pytest

from .private import measured

pytestmark = [
    pytest.mark.foreign("unshare", "util-linux"),
    pytest.mark.foreign("ip", "iproute2"),
    pytest.mark.foreign("jackd", "jackd2"),
    pytest.mark.foreign("jack_midi_clock", "jack-midi-clock"),
]

ATTEMPTS = 8

WANDERS_MS = 0.5
"""JACK on a quiet machine goes less far from an even pace, to and fro."""


def in_steady_time(scene: str, frames: int, wanders_ms: float = WANDERS_MS) -> dict[str, Any]:
    """What a scene measures in which JACK kept its time, which it can lose without an xrun, too.

    Args:
        scene: of midi_scenes.py.
        frames: of a period of JACK's.
        wanders_ms: how far from an even pace JACK may have gone for what is measured to count.
    """
    for _ in range(ATTEMPTS):
        found = measured("midi_scenes.py", scene, str(frames))
        if not found["xruns"] and found["jack_wandered_ms"] < wanders_ms:
            return found
    pytest.fail(f"JACK did not keep its time in {ATTEMPTS} attempts: this machine is too busy")


@pytest.mark.timeout(300)
def test_tempo_and_phase_of_jack_midi_clock_after_two_bars() -> None:
    found = in_steady_time("generator", 1024)
    assert found["looks"] > 300
    assert found["tempo_off_at_2_bars"] < 0.05
    assert found["tempo_off"] < 0.05
    assert -2 < min(found["phase_ms"]) <= max(found["phase_ms"]) < 2
    assert found["playing_after_stop"] is False


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scene", ["drop_out", "ramp"])
def test_a_drop_out_and_a_ramp_keep_the_phase(scene: str) -> None:
    found = in_steady_time(scene, 512, wanders_ms=2.0)
    assert found["looks"] > 600
    assert max(map(abs, found["phase_ms"])) < 5


@pytest.mark.parametrize("frames", [256, 1024])
def test_the_ticks_of_jack_midi_clock_in_a_time_without_xruns(frames: int) -> None:
    found = measured("midi_scenes.py", "recorded", str(frames))
    assert found["ticks"] > 2900
    for stamped in ("exact", "in_periods"):
        assert found[stamped]["tempo_off"] < 0.05
        assert found[stamped]["phase_ms"] < 2


@pytest.mark.timeout(300)
def test_an_input_that_is_unplugged_is_carried_on_and_found_again() -> None:
    """Who leads is right every time; the time is JACK's, which a busy machine makes it lose."""
    for _ in range(ATTEMPTS):
        found = measured("midi_scenes.py", "unplugged", "1024")
        assert found["leaders"] == ["midi", "internal", "midi", "internal"]
        if max(map(abs, found["carried_on_ms"])) < 2:
            break
    assert max(map(abs, found["carried_on_ms"])) < 2


@pytest.mark.timeout(120)
def test_a_keyboard_is_learned_and_bound_and_found_again_when_it_was_unplugged() -> None:
    found = measured("midi_scenes.py", "keyboard", "1024")
    assert found["learned"] == ["note 1 60 keyboard:out", "cc 1 7 keyboard:out"]
    assert found["counts"] == [[1, 1], [2, 2]]
    assert found["gain"] == ["drums", pytest.approx(0.64)]
