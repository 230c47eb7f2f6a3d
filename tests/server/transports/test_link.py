"""Link against real peers: another process with aalink, and LinkHut, each in a private network."""

from typing import Any

import pytest

from .private import measured

pytestmark = [
    pytest.mark.foreign("unshare", "util-linux"),
    pytest.mark.foreign("ip", "iproute2"),
]


def test_a_session_with_another_process() -> None:
    found = measured("link_scenes.py", "aalink")
    assert found["joined_s"] < 5
    assert found["jump_at_joining_ms"] < 1
    assert found["peer_takes_our_tempo"] == pytest.approx(97.5, abs=1e-3)
    assert found["tempo_heard_s"] < 0.5
    assert found["peer_hears_tempo"] == pytest.approx(111.1, abs=1e-3)
    assert max(found["phase_ms"]) < 1
    assert found["playing_before_anybody_said"]
    assert found["playing"] == [True, False]
    assert found["stands"]
    assert found["peer_plays"]
    assert found["jump_at_leaving_ms"] < 1
    assert found["bpm_alone"] == pytest.approx(111.1, abs=1e-3)


@pytest.mark.foreign("jackd", "jackd2")
@pytest.mark.foreign("LinkHut", "ableton-link-utils")
def test_a_session_with_linkhut() -> None:
    found = measured("link_scenes.py", "linkhut")
    assert found["tempo_heard_s"] < 0.5
    assert found["its_tempo_follows_s"] < 0.5
    assert found["playing"] == [True, False, True]
    assert abs(found["phase_ms"]) < 1


def test_the_server_with_all_its_sources() -> None:
    found = measured("link_scenes.py", "server")
    assert found["alone"] == "host: no host reports; midi: no MIDI clock ticks; link: no Link peers"
    assert found["bpm"] == pytest.approx(97.5, abs=1e-3)
    assert found["without"] == "midi: no MIDI clock ticks"


def test_without_aalink_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from server.transports.link import Link

    monkeypatch.setitem(sys.modules, "aalink", None)
    link: Any = Link()
    link._join()
    assert link.timeline(0.0, None) is None
    assert link.silence == "Link needs aalink: install melfusion-live[link]"
