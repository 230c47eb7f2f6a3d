"""The device's own script before real servers, over real UDP, in a strict fake of Max and Live.

Whatever the script does that Max or Live would not allow ends its process, and with it the test:
unknown names, changes of the set in an observer's callback, LiveAPI before the device is ready.
"""

import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from melfusion.music import Key

from .conftest import REAL, ROW, Look, Put, Server, Start, is_the_loop, placed_in, until

ROOT = Path(__file__).parents[2]
SUNSET = ROOT / "docs" / "examples" / "sunset.jpg"
GREEN, RED = [0.3, 0.75, 0.45, 1], [0.9, 0.35, 0.3, 1]
DRUMS, ANY_KEY = 1, 1

pytestmark = [pytest.mark.foreign("node", "nodejs"), pytest.mark.timeout(180)]


def test_a_loop_of_the_model_that_ships_is_placed(
    start_server: Start, put_in: Put, tmp_path: Path
) -> None:
    picture = tmp_path / "my pictures" / "the sea, at dusk.jpg"
    picture.parent.mkdir()
    picture.write_bytes(SUNSET.read_bytes())
    server = start_server(REAL)
    song = {"tempo": 123.4, "root_note": 9, "scale_name": "Minor"}
    device = put_in(server.port, song=song, scenes=2)
    device.until(lambda look: " with mini" in look.panel["server"], 90)
    device.set(words="warm house", bars=0, part=DRUMS, picture=f"Macintosh HD:{picture}")
    device.press("render")
    look = device.until(placed_in(0), 90)
    (job,) = server.jobs()
    assert job["state"] == "done"
    assert (job["bpm"], job["metre"], job["bars"]) == (123.4, "4/4", 1)
    assert (job["key"], job["part"]) == ("A minor", "drums")
    assert (job["prompt"], job["image"]) == ("warm house", str(picture))
    clip = look.slots()[0]
    assert clip
    assert [clip["file_path"]] == server.files()
    assert is_the_loop(clip, 4, 4 * 60 / 123.4)
    assert (clip["name"], clip["warp_mode"]) == ("warm house (drums)", 0)
    assert clip["launch_quantization"] == 5
    assert look.panel["picture_name"] == picture.name
    assert look.progress == "Drums is in Audio, slot 1"
    assert look.light == GREEN
    assert look.outcome() == (1, "Audio, slot 1", "")
    until(lambda: server.places() == {job["clip"]: ("Audio, slot 1", "")})


def test_what_live_does_is_told_and_what_the_server_does_is_shown(
    start_server: Start, put_in: Put
) -> None:
    server = start_server(seconds=3)
    device = put_in(server.port, song={"is_playing": 1, "tempo": 90})
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.press("render")
    # From now on the server knows how long a render takes.
    look = device.until(lambda look: " to go" in look.progress)
    assert re.search(r"Mix( queued| \d+ %), [1-9] bars? to go$", look.progress)
    device.until(placed_in(1))
    reports = device.look().sent("/melfusion/transport/host")
    bpm, quarters, playing, metre, sent_us, *_ = reports[-1]
    assert (bpm, playing, metre) == (90, 1, "4/4")
    before = reports[-5]
    passed_s = (sent_us - before[4]) % 2**31 / 1e6
    assert quarters - before[1] == pytest.approx(passed_s * 90 / 60, abs=0.1)


def test_the_metre_changes_on_the_way(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, song={"current_song_time": 8.0})
    device.connected()
    device.do("song", "signature_numerator", 7)
    device.do("song", "signature_denominator", 8)
    device.do("song", "current_song_time", 8 + 3.5 + 1.75)

    def told(look: Look) -> Any:
        reports = [report[1:] for report in look.sent("/melfusion/transport/host")]
        return [report for report in reports if report[2] == "7/8" and report[0] == 13.25]

    report = told(device.until(told))[-1]
    downbeat = report[report.index("downbeat") + 1]
    assert downbeat == 8 + 3.5


def test_cancel_ends_it_here_and_there(start_server: Start, put_in: Put) -> None:
    server = start_server(seconds=60)
    device = put_in(server.port)
    device.connected()
    device.set(words="warm", auto=2)
    device.press("render")
    device.until(lambda look: "Mix 0 %" in look.progress or "Mix 1 %" in look.progress)
    device.press("cancel")
    until(lambda: server.jobs()[0]["state"] == "cancelled")
    look = device.look()
    assert look.progress == "Cancelled."
    assert look.panel["auto"] == 0
    assert look.slots() == [None] * 4


def test_a_killed_server_that_is_started_again_still_gives_the_clip(
    start_server: Start, put_in: Put
) -> None:
    server = start_server(seconds=4)
    device = put_in(server.port)
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(lambda look: " %" in look.progress)
    server.kill()
    look = device.until(lambda look: "no server" in look.panel["server"])
    assert look.light == RED
    assert "start melfusion-live" in look.progress
    server.start()
    look = device.until(placed_in(0))
    assert look.light == GREEN
    (job,) = server.jobs()
    assert job["state"] == "done"
    assert [clip["file_path"] for clip in look.slots() if clip] == server.files()


def test_a_server_that_is_back_before_it_was_missed(start_server: Start, put_in: Put) -> None:
    server = start_server(seconds=8)
    device = put_in(server.port)
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(lambda look: " %" in look.progress)
    server.kill()
    server.start()
    device.until(lambda look: len(look.sent("/melfusion/notify")) > 1)
    device.until(placed_in(0))
    assert [job["state"] for job in server.jobs()] == ["done"]


def test_two_devices_find_a_port_each(start_server: Start, put_in: Put) -> None:
    server = start_server()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind(("127.0.0.1", 0))
        share = (near.getsockname()[1] % 19000) / 20000
    devices = [put_in(server.port, random=share) for _ in range(2)]
    looks = [device.connected() for device in devices]
    assert looks[0].port != looks[1].port
    assert any("is taken" in line for look in looks for line in look.posted)
    for device, words in zip(devices, ("one", "other"), strict=True):
        device.set(words=words, bars=0)
        device.press("render")
    looks = [device.until(placed_in(0)) for device in devices]
    assert [look.names() for look in looks] == [
        ["one", None, None, None],
        ["other", None, None, None],
    ]
    assert len({job["id"] for job in server.jobs()}) == 2


@pytest.mark.parametrize(
    ("dropped", "reaches"),
    [
        ("Macintosh HD:/Users/me/a b.jpg", "/Users/me/a b.jpg"),
        ("Disk 2:/a b.jpg", "/Volumes/Disk 2/a b.jpg"),
        ("C:\\my pictures\\a b.jpg", "C:/my pictures/a b.jpg"),
        ("/home/me/a b.jpg", "/home/me/a b.jpg"),
    ],
)
def test_pictures_by_the_paths_of_every_system(
    quick: Server, put_in: Put, dropped: str, reaches: str
) -> None:
    device = put_in(quick.port, begin=False)
    device.set(picture=dropped)  # as Live restores it, before the device is ready
    device.do("message", "begin")
    device.connected()
    device.set(strength=40)
    device.press("render")
    # The worker here refuses pictures: it was told of one.
    look = device.until(lambda look: "failed" in look.progress)
    assert look.progress == "Mix failed: image: the fake worker opens no pictures"
    assert look.panel["picture_name"] == "a b.jpg"
    job = quick.jobs()[-1]
    assert (job["image"], job["image_strength"]) == (reaches, 0.4)
    device.press("clear")
    device.set(words="warm")
    device.press("render")
    look = device.until(placed_in(0))
    assert quick.jobs()[-1]["image"] == ""
    assert look.panel["picture_name"] == ""


@pytest.mark.parametrize("how", ["select_scene", "launch"])
def test_scenes_names_set_the_device(quick: Server, put_in: Put, tmp_path: Path, how: str) -> None:
    (tmp_path / "sunset one.jpg").write_bytes(SUNSET.read_bytes())
    scenes = ["Intro", "[img:sunset one.jpg] warm  dub", "cold [img:gone.jpg]"]
    song = {"file_path": str(tmp_path / "My Song.als")}
    device = put_in(quick.port, scenes=scenes, song=song)
    device.connected()
    device.set(words="mine")
    device.do(how, 1)
    look = device.until(lambda look: look.panel.get("words") == "warm dub")
    assert look.panel["picture_name"] == "sunset one.jpg"
    device.press("render")
    device.until(lambda look: "failed" in look.progress)
    job = quick.jobs()[-1]
    assert (job["prompt"], job["image"]) == ("warm dub", str(tmp_path / "sunset one.jpg"))
    device.do(how, 2)
    look = device.until(lambda look: look.panel["words"] == "cold")
    assert look.panel["picture_name"] == "not found: gone.jpg"
    assert look.progress == f"gone.jpg is not in {tmp_path}: drop the picture here"
    device.do(how, 0)
    time.sleep(0.3)
    assert device.look().panel["words"] == "cold"


def test_a_scenes_picture_beside_the_last_one_that_was_dropped(
    quick: Server, put_in: Put, tmp_path: Path
) -> None:
    (tmp_path / "sea.jpg").write_bytes(SUNSET.read_bytes())
    device = put_in(quick.port, scenes=["", "[img:sea.jpg]"], version=(11, 3, 4))
    device.set(picture=str(tmp_path / "other.jpg"))
    device.do("select_scene", 1)
    look = device.until(lambda look: look.panel["picture_name"] == "sea.jpg")
    assert look.panel["words"] == ""


@pytest.mark.parametrize(
    ("saved", "picture"),
    [("mine", "other.jpg"), ("warm dub", "sea.jpg")],
    ids=["words of the user's", "words of the scene's"],
)
def test_a_set_that_is_opened_leaves_the_words_as_they_were_saved(
    quick: Server, put_in: Put, tmp_path: Path, saved: str, picture: str
) -> None:
    (tmp_path / "sea.jpg").write_bytes(SUNSET.read_bytes())
    scenes = ["Intro", "[img:sea.jpg] warm dub"]
    device = put_in(quick.port, begin=False, scenes=scenes, live={"selected_scene": 1})
    device.set(words=saved, picture=str(tmp_path / "other.jpg"))
    device.do("message", "begin")
    device.connected()
    time.sleep(0.3)
    look = device.look()
    assert look.panel["picture_name"] == picture
    assert "words" not in look.panel


def test_lost_datagrams_lose_nothing(start_server: Start, put_in: Put) -> None:
    server = start_server()
    device = put_in(server.port, tracks=ROW, lose_out=0.4, lose_in=0.4)
    device.connected()
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0), 90)
    device.press("row")
    look = device.until(lambda look: look.progress.count(" is in ") == 4, 90)
    assert len(server.jobs()) == 5
    assert len(server.files()) == 5
    assert [bool(look.slots(track)[1]) for track in range(4)] == [True] * 4


def test_words_that_fill_more_than_a_packet_are_not_sent(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port, tracks=ROW)
    device.connected()
    before = len(quick.jobs())
    device.set(words="ж" * 321, bars=0)
    device.press("render")
    look = device.look()
    assert look.progress.startswith("words and the picture's path are too long together")
    assert len(quick.jobs()) == before
    device.set(words="ж" * 320)
    device.press("row")
    device.until(lambda look: look.progress.count(" is in ") == 4)


def test_words_of_several_lines_are_one(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port)
    device.connected()
    device.set(words=" warm \n\thouse ", bars=0)
    device.press("render")
    device.until(placed_in(0))
    assert quick.jobs()[-1]["prompt"] == "warm house"


def test_what_cannot_be_rendered_is_said_and_nothing_is_placed(
    start_server: Start, put_in: Put
) -> None:
    server = start_server()
    device = put_in(server.port)
    device.connected()
    device.press("render")
    assert device.look().progress == "give words or drop a picture first"
    device.set(words="fail")
    device.press("render")
    device.until(lambda look: look.progress == "Mix failed: key: cannot be rendered")
    device.do("song", "tempo", 400)
    device.set(words="warm")
    device.press("render")
    device.until(lambda look: "bpm: must lie between 20 and 300" in look.progress)
    assert device.look().slots() == [None] * 4
    assert [job["state"] for job in server.jobs()] == ["failed"]


@pytest.mark.parametrize(
    ("song", "settings", "key", "says"),
    [
        ({"root_note": 3, "scale_name": "Dorian"}, {}, "Eb dorian", "Eb dorian"),
        (
            {"root_note": 9, "scale_name": "Hirajoshi", "scale_intervals": [0, 2, 3, 7, 8]},
            {}, "A minor", "A minor (the nearest to A Hirajoshi)",
        ),
        (
            {"scale_name": "Whole Tone", "scale_intervals": [0, 2, 4, 6, 8, 10]},
            {}, "", "any key (nothing like C Whole Tone is known)",
        ),
        ({"scale_mode": 0}, {}, "", "any key (Live's scale is off)"),
        ({"root_note": 9}, {"root": ANY_KEY}, "", "any key"),
        ({"root_note": 9}, {"root": 2, "mode": 7}, "C harmonic minor", "C harmonic minor"),
    ],
)  # fmt: skip
def test_the_key_is_lives_or_chosen(
    quick: Server, put_in: Put,
    song: dict[str, Any], settings: dict[str, int], key: str, says: str,
) -> None:  # fmt: skip
    device = put_in(quick.port, song=song)
    device.set(**settings)
    look = device.connected()
    assert look.progress == f"120 BPM, 4/4, {says}"
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    assert quick.jobs()[-1]["key"] == key
    assert not key or str(Key.parse(key)) == key


def test_a_device_that_is_taken_away_leaves_nothing_behind(quick: Server, put_in: Put) -> None:
    device = put_in(quick.port)
    device.connected()
    device.do("message", "notifydeleted")  # the fake ends where anything is sent from now on
    look = device.look()
    assert look.tasks == 0
    time.sleep(0.5)
    assert len(device.look().sent("/melfusion/transport/host")) == len(
        look.sent("/melfusion/transport/host")
    )
