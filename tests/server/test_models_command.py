"""`melfusion-live models`: what is listed, downloaded and removed."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from melfusion import home
from melfusion.catalogue import MODELS, amount, find
from server import app
from tests.melfusion.fetching.fake_hub import FakeHub

NAME = "captioner"
KNOWN = find(NAME)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models, which is not there yet."""
    monkeypatch.setenv(home.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    monkeypatch.setattr(app, "_set_up_log", lambda _level: None)  # the tests have their own
    return tmp_path / "cache" / "models"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub with a repository that is like the captioner's and small."""
    folder = tmp_path / "hub" / "me" / "words"
    folder.mkdir(parents=True)
    assert KNOWN
    (folder / "config.json").write_text(json.dumps({"architectures": [KNOWN.pipeline]}))
    (folder / "model.safetensors").write_bytes(bytes(3_000_000))
    with FakeHub(tmp_path / "hub") as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.endpoint)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield fake


def put(folder: Path, size: int = 2000) -> Path:
    """A model's folder of as many bytes."""
    folder.mkdir(parents=True)
    (folder / home.INDEX).write_text("{}")
    (folder / "weights.bin").write_bytes(bytes(size - 2))
    return folder


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert app.main(["models", "list", "--json"]) == 0
    return {model["name"]: model for model in json.loads(capsys.readouterr().out)}


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("melfusion-live models: ")
    return line


def test_the_table_has_a_line_for_every_model(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(models / "base", 5000)
    put(models / "of my own")
    put(home.store(models / "ace-step-1.5"), 7000)
    assert app.main(["models", "list"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [*(one.name for one in MODELS), "of my own"]
    rows = dict(zip((one.name for one in MODELS), lines, strict=False))
    at = [heading.index(column) for column in ("here", "size", "on a GPU", "licence")]

    def cells(name: str) -> list[str]:
        return [rows[name][start:].split("  ")[0].strip() for start in at]

    assert cells("mini")[:2] == ["yes", amount(home.size(home.WEIGHTS / "mini"))]
    assert cells("base")[:2] == ["yes", "5 kB"]
    assert cells("ace-step-1.5") == [
        "7 kB of it", "~ 11.5 GB", "13.5 GB", "MIT or Apache-2.0 (see its card)",
    ]  # fmt: skip
    assert cells("stable-audio-3-small")[:2] == ["no", "~ 3.4 GB"]


def test_programs_get_the_same_as_numbers(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = put(models / "of my own")
    found = listed(capsys)
    assert list(found) == [*(one.name for one in MODELS), "of my own"]
    ace = find("ace-step-1.5")
    assert ace
    told = found["ace-step-1.5"]
    assert (told["here"], told["folder"], told["size"]) == (False, "", ace.download)
    assert (told["gpu"], told["offload"]) == (ace.memory(2), ace.memory(2, offload=True))
    assert told["processor"] == ace.memory(4)
    assert (told["repository"], told["licence"]) == (ace.repository, ace.licence)
    told = found["of my own"]
    assert (told["here"], told["folder"], told["size"]) == (True, str(own), 2000)


def test_a_model_is_downloaded_listed_and_removed(
    hub: FakeHub, models: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["models", "download", NAME, "--repository", "me/words"]
    assert app.main(words) == 2  # stdin is no terminal
    assert "add --yes to go on" in capfd.readouterr().err
    assert "model.safetensors" not in [path for path, _ in hub.asked]
    assert not listed(capfd)[NAME]["here"]

    assert app.main([*words, "--yes"]) == 0
    shown = capfd.readouterr()
    assert f"{NAME} is in {models / NAME}" in shown.out
    assert "100% of 3 MB me/words/model.safetensors" in shown.err
    there = listed(capfd)[NAME]
    assert (there["here"], there["folder"]) == (True, str(models / NAME))
    size = home.size(models / NAME)
    assert there["size"] == size > 3_000_000

    assert app.main(["models", "remove", NAME, "--yes"]) == 0
    assert f"{NAME} is removed: {amount(size)} are free again" in capfd.readouterr().out
    assert list(models.iterdir()) == []
    assert not listed(capfd)[NAME]["here"]


def test_what_was_fetched_of_a_model_can_be_removed(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(home.store(models / "base"), 4000)
    assert listed(capsys)["base"]["fetched"] == 4000
    assert app.main(["models", "remove", "base", "--yes"]) == 0
    assert "base is removed: 4 kB are free again" in capsys.readouterr().out
    assert list(models.iterdir()) == []


def test_nothing_is_removed_without_a_yes(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(models / "of my own")
    assert app.main(["models", "remove", "of my own"]) == 2
    assert "there is no terminal to ask on: add --yes" in refusal(capsys)
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert app.main(["models", "remove", "of my own"]) == 2
    assert "nothing was removed" in refusal(capsys)
    assert home.size(folder) == 2000
    assert list(models.iterdir()) == [folder]
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert app.main(["models", "remove", "of my own"]) == 0
    assert f"2 kB in {folder}" in capsys.readouterr().out
    assert list(models.iterdir()) == []


@pytest.mark.parametrize("name", ["..", ".", "", "../elsewhere", "base/..", "gpt", "ace-step-1.5"])
def test_nothing_but_models_in_their_folder_is_removed(
    name: str, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = put(models / "base")
    other = put(models.parent / "elsewhere")
    assert app.main(["models", "remove", name, "--yes"]) == 2
    told = refusal(capsys)
    assert f"is not in {models}" in told
    assert told.endswith("those that are: base")
    assert app.main(["models", "remove", str(other), "--yes"]) == 2
    assert home.size(folder) == home.size(other) == 2000


def test_the_model_that_ships_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["models", "remove", "mini", "--yes"]) == 2
    assert "mini ships with the program, and stays" in refusal(capsys)
    assert home.present("mini") == home.WEIGHTS / "mini"


def test_of_a_link_the_link_alone_is_removed(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = put(tmp_path / "elsewhere")
    models.mkdir(parents=True)
    (models / "linked").symlink_to(elsewhere)
    assert app.main(["models", "remove", "linked", "--yes"]) == 0
    assert "0 B are free again" in capsys.readouterr().out
    assert not (models / "linked").exists()
    assert home.size(elsewhere) == 2000


def test_a_model_that_is_being_fetched_is_left_alone(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, store = put(models / "base"), put(home.store(models / "base"))
    with FileLock(store / home.LOCK):
        assert app.main(["models", "remove", "base", "--yes"]) == 2
    assert "a download of base is under way: end it first" in refusal(capsys)
    assert home.size(folder) == 2000


def test_a_model_that_cannot_be_removed_stays_whole(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(models / "base")

    def in_use(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", in_use)  # as where a server has it open on Windows
    assert app.main(["models", "remove", "base", "--yes"]) == 2
    told = refusal(capsys)
    assert f"{folder} cannot be removed (The process cannot access the file)" in told
    assert "end the server that has it loaded" in told
    assert home.size(folder) == 2000


def test_what_is_no_action_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["models", "burn"])
    assert left.value.code == 2
    assert "choose from 'list', 'download', 'remove'" in capsys.readouterr().err
