"""MIDI clock as it comes: jack_midi_clock and a sequencer, through a real JACK server.

Each has a server of its own, at periods that it keeps without real-time priority.
"""

import pytest

from .private import measured

pytestmark = [
    pytest.mark.foreign("unshare", "util-linux"),
    pytest.mark.foreign("ip", "iproute2"),
    pytest.mark.foreign("jackd", "jackd2"),
    pytest.mark.foreign("jack_midi_clock", "jack-midi-clock"),
]


def test_tempo_and_phase_of_jack_midi_clock_after_two_bars() -> None:
    found = measured("midi_scenes.py", "generator", "1024")
    assert found["looks"] > 300
    assert found["tempo_off_at_2_bars"] < 0.05
    assert found["tempo_off"] < 0.05
    assert -2 < min(found["phase_ms"]) <= max(found["phase_ms"]) < 2
    assert found["playing_after_stop"] is False


def test_a_drop_out_and_a_ramp_keep_the_phase() -> None:
    found = measured("midi_scenes.py", "ramp", "512")
    for part in ("before", "silent", "after", "ramp"):
        assert -5 < min(found[part]) <= max(found[part]) < 5, part


def test_an_input_that_is_unplugged_is_carried_on_and_found_again() -> None:
    found = measured("midi_scenes.py", "unplugged", "1024")
    assert found["leaders"] == ["midi", "internal", "midi", "internal"]
    assert max(map(abs, found["carried_on_ms"])) < 1
