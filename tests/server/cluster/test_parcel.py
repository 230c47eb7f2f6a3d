import hashlib
import json
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from melfusion import render as rendering
from melfusion import wav
from melfusion.request import RenderRequest, RequestError
from server.cluster.parcel import Loop, Parcel, kept, packed
from server.cluster.seat import Seat

from .quick_bridge import Clicks

REQUEST = RenderRequest("clicks", bpm=120.0, bars=1, key="Am", part="drums", steps=2, attempts=1)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a sunset.png"
    Image.new("RGB", (8, 8), "orange").save(path)
    return path


def options(**changes: Any) -> dict[str, Any]:
    return asdict(replace(REQUEST, **changes))


def test_files_go_along_and_keep_their_names(picture: Path, tmp_path: Path) -> None:
    asked = options(image=str(picture), to_image=str(picture), to_prompt="x", blend=0.5)
    parcel = packed("j", asked, tmp_path)
    folder = tmp_path / "there"
    folder.mkdir()
    unpacked = parcel.unpacked(folder)
    for argument in ("image", "to_image"):
        path = Path(unpacked.pop(argument))
        assert path == folder / argument / "a sunset.png"
        assert path.read_bytes() == picture.read_bytes()
    assert unpacked == {name: asked[name] for name in unpacked}


def test_what_does_not_count_does_not_go_along(tmp_path: Path) -> None:
    assert packed("j", options(to_image=str(tmp_path / "nowhere.png")), tmp_path).files == {}


@pytest.mark.parametrize("argument", ["image", "to_image", "source"])
def test_a_file_that_cannot_be_used_is_told_before_it_goes(tmp_path: Path, argument: str) -> None:
    asked = options(**{argument: str(tmp_path / "nowhere"), "blend": 0.5, "to_prompt": "x"})
    with pytest.raises(RequestError, match=f"{argument}: .*nowhere"):
        packed("j", asked, tmp_path)


def test_a_loop_comes_whole_and_one_request_has_one_file(library: Path, picture: Path) -> None:
    asked = options(image=str(picture))
    clip = {"id": "0123456789ab", "path": "/there/x.wav", "timings": {"writing": 0.1},
            "request": asked | {"image": "/there/image/a sunset.png"}}  # fmt: skip
    loop = Loop("x_0123456789ab.wav", b"bytes", clip)
    got = kept(loop, Parcel("j", asked, library))
    assert Path(got["path"]) == library / loop.name
    assert Path(got["path"]).read_bytes() == b"bytes"
    assert got["request"] == asked
    assert [path.name for path in library.iterdir()] == [loop.name]


class Machine:
    """A seat with what it has said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rendering, "load", lambda _: Clicks())
        self.seat = Seat("mini")
        self.ready = self.seat.opened()

    def render(self, asked: dict[str, Any], job: str = "j") -> list[dict[str, Any]]:
        return list(self.seat.render(packed(job, asked, Path())))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_a_seat_renders_the_very_bytes_of_a_local_worker(
    machine: Machine, library: Path, picture: Path
) -> None:
    asked = options(image=str(picture), prompt="")
    assert (machine.ready["type"], machine.ready["model"]) == ("ready", "clicks-1")
    *progress, finished = machine.render(asked)
    assert {message["type"] for message in progress} == {"progress"}
    got = kept(finished["loop"], Parcel("j", asked, library))
    local = rendering.render(
        RenderRequest.check(asked), library.with_name("local"), Clicks(),  # type: ignore[arg-type]
        on_progress=lambda *_: None, cancelled=lambda: False,
    )  # fmt: skip
    assert Path(got["path"]).name == local.path.name
    assert Path(got["path"]).read_bytes() == local.path.read_bytes()
    assert got["id"] == local.id
    assert got["image_hash"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    recipe = wav.read_recipe(Path(got["path"]))
    assert recipe
    assert "tmp" not in json.dumps(recipe)

    # Another machine may render other digits; what is there stays the one file.
    other = replace(finished["loop"], content=finished["loop"].content + b"\0")
    again = kept(other, Parcel("j", asked, library))
    assert (again["path"], again["timings"]) == (got["path"], {})
    assert len(list(library.glob("*.wav"))) == 1


def test_a_seat_stops_within_a_step_and_leaves_nothing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = machine.seat.render(packed("j", options(steps=100), Path()))
    while next(said)["stage"] != "denoising":
        pass
    threading.Timer(0.1, machine.seat.cancel, ["j"]).start()
    *progress, last = said
    assert last == {"type": "cancelled", "job": "j"}
    assert len(progress) < 20
    assert list(tmp_path.glob("melfusion-*")) == []


def test_a_seat_says_that_it_lacks_a_model(machine: Machine) -> None:
    parcel = Parcel("j", options(model="nowhere"), Path())
    assert list(machine.seat.render(parcel)) == [{"type": "lacking", "job": "j"}]
