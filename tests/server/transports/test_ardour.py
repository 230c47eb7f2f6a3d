"""Ardour as the host: its MIDI clock is followed through start, stop, song position and tempo."""

from typing import Any

import pytest

from .private import measured

ATTEMPTS = 3

WANDERS_MS = 0.5
"""JACK on a quiet machine goes less far from an even pace, to and fro."""

TEMPO_OFF = 0.1
"""In BPM. A tick that comes more than half a period late, as one of Ardour's may, leaves a window
to least squares, which are 0.05 off at 1024 frames; without one it is 0.005 to 0.015."""

pytestmark = [
    pytest.mark.foreign("unshare", "util-linux"),
    pytest.mark.foreign("ip", "iproute2"),
    pytest.mark.foreign("jackd", "jackd2"),
    pytest.mark.foreign("ardour7-new_session", "ardour"),
]


def steady(session: dict[str, Any]) -> bool:
    """Whether JACK kept its time: a busy machine makes it late without an xrun, too."""
    rounds = (session["round_0"], session["round_1"])
    return not session["xruns"] and all(each["jack_wandered_ms"] < WANDERS_MS for each in rounds)


@pytest.mark.timeout(400)
def test_its_clock_is_followed() -> None:
    for _ in range(ATTEMPTS):
        found = measured("ardour_scene.py", patience_s=150)
        if found["sessions"] and all(steady(session) for session in found["sessions"]):
            break
    else:
        why = found.get("trouble", "JACK did not keep its time: this machine is too busy")
        pytest.fail(f"{why}, in the last of {ATTEMPTS} attempts")
    assert [session["bpm"] for session in found["sessions"]] == [123.4, 96.0]
    for session in found["sessions"]:
        for number in range(2):
            assert session[f"started_{number}_s"] < 0.3
            assert session[f"stopped_{number}_s"] < 0.3
            played = session[f"round_{number}"]
            assert played["looks"] > 100
            assert played["tempo_off"] < TEMPO_OFF
            assert -2 < min(played["phase_ms"]) <= max(played["phase_ms"]) < 2
        # It was sent to the fifth bar; Ardour 7 tells ticks where MIDI wants sixteenths, so that
        # what we hear is another bar, but a bar line.
        assert session["round_0"]["from"] == 0
        assert session["round_1"]["from"] in (16, 6 * 16)
