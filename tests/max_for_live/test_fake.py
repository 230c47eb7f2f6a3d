"""The fake of Max and Live is strict: what real ones would not take ends the script's process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import AUDIO, Device, FaultError

pytestmark = pytest.mark.foreign("node", "nodejs")

Run = Callable[[str], Device]

HEAD = """
outlets = 3;
var song;
function anything() {}
function notifydeleted() { outlet(0, 'progress', 'set', 'gone'); }
"""
LIVE_SET = "new LiveAPI('live_set')"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs a script until its device is ready."""
    made: list[Device] = []

    def start(text: str) -> Device:
        path = tmp_path / "script.js"
        path.write_text(HEAD + text, encoding="utf-8")
        live = {"tracks": [AUDIO], "scenes": ["", ""]}
        patch = {"controls": ["progress"], "menus": ["models"], "keepers": ["model"]}
        made.append(Device(path, {"live": live, **patch}))
        made[-1].do("message", "begin")
        return made[-1]

    yield start
    for device in made:
        device.end()


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (f"{LIVE_SET}.get('tempoo');", "Song has no tempoo"),
        (f"{LIVE_SET}.set('tempo', 100);", "Song has no tempo among its writes"),
        (f"{LIVE_SET}.call('create_audio_clip', 'x');", "Song has no create_audio_clip"),
        ("new LiveAPI('live_sett');", "there is no path live_sett"),
        ("new LiveAPI('live_set views');", "Song has no views"),
        ("new LiveAPI('live_set view highlighted_clip_slot');", "there is none"),
        (
            f"new LiveAPI(function () {{ {LIVE_SET}.call('create_scene', -1); }}, 'live_set');",
            "changed in an observer's callback",
        ),
        ("outlet(0, 'progress', 'set', undefined);", "is sent undefined"),
        ("outlet(0, 'progres', 'set', 'x');", "there is no control progres"),
        ("outlet(0, 'progress', 'text', 'x');", "does not understand text"),
        ("outlet(0, 'progress', 'set', '');", "does not understand set"),
        ("outlet(0, 'models', 'append');", "does not understand append"),
        ("outlet(0, 'models', 'append', 'of my own');", "does not understand append of my own"),
        ("outlet(0, 'models', 'append', 'a'); outlet(0, 'models', 'set', 1);", "understand set 1"),
        ("outlet(0, 'models', 'set', 'a');", "does not understand set a"),
        ("outlet(0, 'model', 'set', 'a');", "model would keep set a"),
        ("outlet(0, 'model', 'text', '');", "model would keep text"),
        ("outlet(1, '/melfusion/status', 1);", "before it has been told the port"),
        ("new Task();", "a Task needs a function"),
        ("nothing_of_that_name();", "nothing_of_that_name is not defined"),
        ("new Task(function () { throw new Error('later'); }).schedule(1);", "later"),
    ],
)
def test_what_must_not_be_done(run: Run, does: str, says: str) -> None:
    with pytest.raises(FaultError, match=says):
        run(f"function begin() {{ {does} }}").until(lambda look: look.tasks < 0, 2)


def test_nothing_is_sent_by_what_is_deleted(run: Run) -> None:
    device = run("function begin() {}")
    with pytest.raises(FaultError, match="outlet 0 of a deleted object"):
        device.do("message", "notifydeleted")


def test_live_is_not_there_before_the_device_is_ready(run: Run) -> None:
    with pytest.raises(FaultError, match="before the device is ready"):
        run(f"song = {LIVE_SET};")


def test_what_live_refuses_is_only_printed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a loop.wav"
    path.write_bytes(b"")
    slot = "new LiveAPI('id ' + new LiveAPI('live_set').get('tracks')[1]).get('clip_slots')[1]"
    create = f"new LiveAPI('id ' + {slot}).call('create_audio_clip', '{path}');"
    look = run(f"function begin() {{ {create} }}").look()
    assert look.posted == ["Live: create_audio_clip: a path with spaces comes in pieces"]
    assert look.slots() == [None, None]
