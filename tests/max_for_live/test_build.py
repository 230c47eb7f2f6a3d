"""The device's files: always the same of the same sources, up to date, and whole."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from max_for_live import build
from max_for_live.controls import SET
from melfusion import __version__
from server.device_command import DEVICE

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "max_for_live"
SCRIPT = (FOLDER / "melfusion_live.js").read_text(encoding="utf-8")

DIGEST = """
import hashlib
from max_for_live.build import outputs
print(hashlib.sha256(b"".join(outputs().values())).hexdigest())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, that is built from."""
    copy = tmp_path / "max_for_live"
    shutil.copytree(FOLDER / "src", copy / "src")
    shutil.copy(FOLDER / "addresses.js", copy)
    monkeypatch.setattr(build, "HERE", copy)
    return copy


def test_the_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_build_gives_the_same_bytes(seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", DIGEST]
    other = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(b"".join(build.outputs().values())).hexdigest()
    assert other.stdout.strip() == here


def test_what_is_stale_is_named_and_then_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main([]) == 0
    names = "MeLFusion Live.amxd, MeLFusion Live.maxpat, melfusion_live.js"
    assert capsys.readouterr().out == f"written: {names}\n"
    assert build.main(["--check"]) == 0
    changed = folder / "MeLFusion Live.maxpat"
    changed.write_bytes(b"{}")
    assert build.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: MeLFusion Live.maxpat\n"
    assert changed.read_bytes() == b"{}"
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_an_installed_program_finds_the_device() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert all((ROOT / source).is_file() for source in included)
    # What a wheel has at its top lies beside the packages, as here.
    assert DEVICE.relative_to(ROOT).as_posix() in included.values()
    assert build.HERE / f"{build.NAME}.amxd" == DEVICE


def test_the_script_has_all_parts_in_their_order() -> None:
    parts = [FOLDER / "addresses.js", *build.parts()]
    assert len(parts) > 1
    places = [SCRIPT.index(part.read_text(encoding="utf-8")) for part in parts]
    assert places == sorted(places)


def test_no_two_parts_share_a_name() -> None:
    names = re.findall(r"(?m)^(?:function|var) +([\w$]+)", SCRIPT)
    assert len(names) > 3
    assert sorted(names) == sorted(set(names))


def test_the_script_knows_what_is_in_the_menus() -> None:
    written = re.search(r"(?s)^var CONTROLS = (.*?);$", SCRIPT, re.MULTILINE)
    assert written
    assert json.loads(written[1]) == {control.name: list(control.items) for control in SET}


def test_the_stamp_tells_builds_apart(folder: Path) -> None:
    def stamp() -> str:
        script = build.outputs()[folder / "melfusion_live.js"].decode()
        found = re.search(r'^var BUILD = "(.*)";$', script, re.MULTILINE)
        assert found
        return found[1]

    before = stamp()
    assert re.fullmatch(re.escape(__version__) + r"\+[0-9a-f]{8}", before)
    assert stamp() == before
    (folder / "src" / "99_more.js").write_text("var more = 1;\n", encoding="utf-8")
    assert stamp() != before
