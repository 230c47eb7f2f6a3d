"""Which model renders: it is chosen on the device, kept with the set by name, and asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from melfusion.home import INDEX

from .conftest import QUICK, ROW, Put, Server, Start, placed_in, until

THE_SERVERS, AGAIN = "As the server has it", "Look again"
MINE, KNOWN, LONGEST = "of my own", "ace-step-1.5", "m" * 64

pytestmark = [pytest.mark.foreign("node", "nodejs"), pytest.mark.timeout(180)]


def cache(folder: Path, *names: str) -> Path:
    """A folder of models, which the worker of these tests does not open."""
    for name in names:
        model = folder / "models" / name
        model.mkdir(parents=True)
        (model / INDEX).write_text("{}")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on whose machine three models are beside the one that ships."""
    folder = tmp_path_factory.mktemp("models")
    library = folder / "library"
    library.mkdir()
    server = Server(library, [*QUICK, "0.3"], cache=cache(folder, LONGEST, MINE, KNOWN))
    yield server
    server.kill()


def test_the_models_that_are_there_are_offered(server: Server, put_in: Put) -> None:
    device = put_in(server.port)
    look = device.look()
    assert (look.menu, look.model) == ([THE_SERVERS, AGAIN], THE_SERVERS)
    look = device.until(lambda look: len(look.menu) > 2)
    assert look.menu == [THE_SERVERS, "mini", KNOWN, LONGEST, MINE, AGAIN]
    assert look.model == THE_SERVERS
    device.until(lambda look: look.panel["server"].endswith(" with fake-1"))


def test_what_is_asked_for_names_the_model_that_is_chosen(server: Server, put_in: Put) -> None:
    before = len(server.jobs())
    device = put_in(server.port, tracks=ROW, song={"tempo": 240, "is_playing": 1})
    device.until(lambda look: MINE in look.menu)
    device.set(words="warm", bars=0)
    device.press("render")
    device.until(placed_in(0))
    device.choose(MINE)
    assert device.look().model == MINE
    device.press("row")
    device.until(lambda look: look.progress.count(" is in ") == 4)
    device.set(auto=1)
    until(lambda: len(server.jobs()) > before + 5)
    device.press("cancel")
    device.choose(THE_SERVERS)
    device.press("render")
    until(lambda: server.jobs()[-1]["model"] == "")
    models = [job["model"] for job in server.jobs()[before:]]
    assert models[:6] == ["", *[MINE] * 5]


def test_the_choice_is_kept_with_the_set_by_name(
    server: Server, put_in: Put, free_port: int
) -> None:
    device = put_in(server.port)
    device.until(lambda look: MINE in look.menu)
    device.choose(MINE)
    (kept,) = device.look().kept
    device.end()
    again = put_in(free_port, begin=False)
    again.set(model=kept)  # as Live restores it
    again.do("message", "begin")
    look = again.look()
    assert (look.menu, look.model) == ([THE_SERVERS, MINE, AGAIN], MINE)
    again.set(port=server.port)
    look = again.until(lambda look: KNOWN in look.menu)
    assert (look.model, look.kept) == (MINE, [])
    again.set(words="warm", bars=0)
    again.press("render")
    again.until(placed_in(0))
    assert server.jobs()[-1]["model"] == MINE


def test_a_choice_that_is_undone(server: Server, put_in: Put) -> None:
    device = put_in(server.port)
    device.until(lambda look: MINE in look.menu)
    device.choose(MINE)
    device.choose(KNOWN)
    device.set(model=MINE)  # as Live gives back what was kept before
    assert device.look().model == MINE
    device.do("message", "model")  # and before that, nothing
    assert device.look().model == THE_SERVERS
    assert device.look().kept == [MINE, KNOWN]


def test_every_device_has_its_own_model(server: Server, put_in: Put) -> None:
    before = len(server.jobs())
    devices = [put_in(server.port) for _ in range(2)]
    for device, name in zip(devices, (MINE, KNOWN), strict=True):
        device.until(lambda look: MINE in look.menu)
        device.choose(name)
        device.set(words=name, bars=0)
        device.press("render")
    for device in devices:
        device.until(placed_in(0))
    jobs = server.jobs()[before:]
    assert {job["prompt"]: job["model"] for job in jobs} == {MINE: MINE, KNOWN: KNOWN}


def test_all_models_are_offered_though_datagrams_are_lost(server: Server, put_in: Put) -> None:
    device = put_in(server.port, lose_in=0.3)
    look = device.until(lambda look: len(look.menu) > 2, 60)
    assert sorted(look.menu) == sorted([THE_SERVERS, "mini", KNOWN, LONGEST, MINE, AGAIN])
    assert len(look.sent("/melfusion/models/list")) > 1


def test_the_longest_texts_fit_into_a_packet_with_the_models_name(
    server: Server, put_in: Put
) -> None:
    device = put_in(server.port, tracks=ROW)
    device.until(lambda look: LONGEST in look.menu)
    device.choose(LONGEST)
    device.set(words="ж" * 200, picture="/" + "p" * 176, root=2, mode=7)
    device.press("render")
    assert device.look().progress.startswith("words and the picture's path are too long together")
    device.set(picture="/" + "p" * 175)
    device.press("row")  # the fake ends where a packet is too long
    device.until(lambda look: look.progress.count("failed: image: ") == len(ROW))
    assert server.jobs()[-1]["model"] == LONGEST


def test_a_model_that_is_gone_stays_chosen_and_is_refused(
    start_server: Start, put_in: Put, tmp_path: Path
) -> None:
    server = start_server(cache=cache(tmp_path / "one", KNOWN))
    device = put_in(server.port)
    device.until(lambda look: KNOWN in look.menu)
    device.choose(KNOWN)
    server.kill()
    server.cache = cache(tmp_path / "other", MINE)
    server.start()
    gone = f"{KNOWN} (not here)"
    look = device.until(lambda look: look.model == gone)
    assert look.menu == [THE_SERVERS, "mini", MINE, gone, AGAIN]
    device.until(lambda look: look.progress.endswith(f"; the server has no {KNOWN}"))
    device.set(words="warm", bars=0)
    device.press("render")
    look = device.until(lambda look: "failed" in look.progress)
    assert f"model: {KNOWN} is not on this machine: get it with `melfusion" in look.progress
    assert look.model == gone
    cache(tmp_path / "other", KNOWN)
    device.choose(AGAIN)
    look = device.until(lambda look: look.model == KNOWN)
    assert look.menu == [THE_SERVERS, "mini", KNOWN, MINE, AGAIN]
    device.press("render")
    device.until(placed_in(0))
    assert server.jobs()[-1]["model"] == KNOWN
    # The one choice, and nothing else, is kept, and with it in Live's undo history.
    assert device.look().kept == [KNOWN]
