import argparse
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from melfusion import loop
from melfusion.material.command import add_command
from melfusion.material.compose import compose
from melfusion.material.dataset import STEMS
from melfusion.material.effects import Effects
from melfusion.material.finish import finished, kicks_of
from melfusion.material.order import Order, claim, gather, write_scenes
from melfusion.material.scene import draw_scene
from melfusion.material.synth import render
from melfusion.material.touch import touches
from melfusion.music import Metre, parse_chords
from melfusion.request import PARTS


def manifest(folder: Path) -> list[dict[str, object]]:
    text = (folder / "manifest.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    assert write_scenes(Order(folder, 21), STEMS, 3, jobs=2) == 12
    return folder


def test_the_manifest_says_what_the_files_are(written: Path) -> None:
    lines = manifest(written)
    assert [line["id"] for line in lines] == [f"{s:06d}_{p}" for s in range(3) for p in PARTS]
    for line in lines:
        metre, bars, bpm = Metre.parse(str(line["metre"])), line["bars"], line["bpm"]
        assert isinstance(bars, int)
        assert isinstance(bpm, float)
        info = soundfile.info(written / str(line["file"]))
        assert (info.samplerate, info.channels, info.subtype) == (44100, 1, "PCM_16")
        assert info.frames == line["samples"] == loop.samples(bars, metre, bpm, 44100)
        assert len(parse_chords(str(line["chords"]), bars, metre.numerator)) == bars
        assert line["soundfont"] is None
        assert line["one_shots"] is False


def test_stems_are_played_and_the_manifest_tells_what_finishes_them(written: Path) -> None:
    for line in manifest(written):
        scene = draw_scene(21, int(str(line["scene"])))
        notes, part = compose(scene), str(line["part"])
        sound, _ = soundfile.read(written / str(line["file"]), dtype="float32")
        told = Effects(**line["effects"])  # type: ignore[arg-type]
        heard = finished(sound, part, told, scene.plan.bpm, kicks_of(notes["drums"]))
        expected = render(scene, part, notes)
        assert np.std(heard - expected) < 2e-3 * np.std(expected)
        assert np.std(sound - expected) > 0.1 * np.std(expected)
        assert line["touches"] == touches(scene, part)


def test_a_folder_of_another_version_is_left_alone(tmp_path: Path) -> None:
    claim(Order(tmp_path, 3), replace(STEMS, version=1))
    with pytest.raises(ValueError, match="another version of melfusion wrote: name another folder"):
        claim(Order(tmp_path, 3), STEMS)


def test_a_finished_scene_is_kept_and_a_missing_one_made_again(written: Path) -> None:
    before = contents(written)
    times = {path: path.stat().st_mtime_ns for path in (written / "audio").iterdir()}
    (written / "scenes" / "000001.json").unlink()
    write_scenes(Order(written, 21), STEMS, 3, jobs=1)
    assert contents(written) == before
    changed = {path.name[:6] for path, at in times.items() if path.stat().st_mtime_ns != at}
    assert changed == {"000001"}


def test_a_scene_depends_on_the_seed_and_its_number_alone(written: Path, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    lines = STEMS.write_scene(Order(tmp_path, 21), 2)
    assert lines == manifest(written)[8:]
    mine = contents(tmp_path)
    assert len(mine) == 5
    assert mine == {name: content for name, content in contents(written).items() if name in mine}


def test_no_budget_no_scenes(tmp_path: Path) -> None:
    assert write_scenes(Order(tmp_path, 0), STEMS, 2, jobs=1, budget_minutes=0) == 0
    assert manifest(tmp_path) == []


def test_nothing_half_made_is_gathered(written: Path, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "000000.part").write_text("[{", encoding="utf-8")
    done = (written / "scenes" / "000002.json").read_text(encoding="utf-8")
    (tmp_path / "scenes" / "000002.json").write_text(done, encoding="utf-8")
    assert gather(tmp_path, STEMS) == 4


def test_one_scene_in_ten_is_held_out() -> None:
    assert Counter(draw_scene(0, number).held for number in range(200)) == {False: 180, True: 20}


NO_SOURCES = ("--soundfont", os.devnull, "--one-shots", os.devnull)


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    parsed = parser.parse_args(["data", *arguments])
    return int(parsed.run(parsed))


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--out", str(tmp_path), "--scenes", "0") == 2
    assert "--scenes" in capsys.readouterr().err
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    assert command("--out", str(in_the_way), *NO_SOURCES) == 2
    told = capsys.readouterr().err
    assert "soundfont" in told
    assert "drum machines stand in" in told
    assert "cannot be written" in told


def test_two_data_sets_never_mix(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(written)
    with pytest.raises(ValueError, match="another folder"):
        write_scenes(Order(written, 22), STEMS, 4, jobs=1)
    with pytest.raises(ValueError, match=r"some\.sf2"):
        write_scenes(Order(written, 21, Path("some.sf2")), STEMS, 4, jobs=1)
    with pytest.raises(ValueError, match="synthesizers alone and one-shots"):
        write_scenes(Order(written, 21, None, Path("shots")), STEMS, 4, jobs=1)
    assert command("--out", str(written), "--seed", "22", *NO_SOURCES) == 2
    assert "seed 21" in capsys.readouterr().err
    assert contents(written) == before


def test_the_command_gathers(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--out", str(written), "--gather") == 0
    assert "12 stems" in capsys.readouterr().out
