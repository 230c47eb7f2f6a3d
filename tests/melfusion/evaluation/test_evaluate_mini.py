"""`melfusion evaluate mini` on the model that ships and a few scenes, from end to end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from melfusion.cli import main
from melfusion.evaluation.loops import scenes
from melfusion.material.dataset import STEMS
from melfusion.material.order import Order, write_scenes
from melfusion.model.mini import MiniPipeline
from melfusion.training.examples import read_examples

OPTIONS = ("--loops", "2", "--train", "16", "--lengths", "2", "--steps", "1")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty scenes, four held out, and two plain pictures of each concept."""
    folder = tmp_path_factory.mktemp("data")
    write_scenes(Order(folder, seed=0), STEMS, scenes=40)
    lines = []
    for number, concept in enumerate(sorted({e.concept for e in read_examples(folder)})):
        for split in ("train", "held"):
            name = f"{number}_{split}"
            Image.new("RGB", (32, 32), (9 * number % 256, 80, 90)).save(folder / f"{name}.png")
            line = {"id": name, "file": f"{name}.png", "concept": concept, "split": split}
            lines.append(json.dumps(line))
    (folder / "pictures.jsonl").write_text("\n".join(lines))
    return folder


def evaluate(data: Path, out: Path, *more: str) -> int:
    return main(["evaluate", "mini", "--data", str(data), "--out", str(out), *OPTIONS, *more])


@pytest.mark.timeout(900)
def test_the_table_is_printed_written_and_measured_again_without_rendering(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scenes, "LONGEST_S", 20.0)
    assert evaluate(data, tmp_path) == 0
    printed = capsys.readouterr()
    assert "| exact length | all (100.0 %) |  | 100.0 % | 2 | met |" in printed.out
    assert "rendering: " in printed.err
    report = json.loads((tmp_path / "report.json").read_text())
    rows = {row["name"]: row for row in report["rows"]}
    assert rows["one seed twice is the same loop"]["verdict"] == "met"
    assert rows["two seeds are two loops"]["verdict"] == "met"
    assert set(rows["off the grid, drums"]["others"]) == {"real", "decoded"}
    assert {"FAD, rendered", "KAD, decoded", "the part is told"} < set(rows)
    assert report["scenes"]["measured"] == len(list((tmp_path / "audio" / "grey").iterdir())) / 4
    page = (tmp_path / "report.html").read_text()
    assert page.count("<audio") == 2 * 4 * 6
    assert str(data) not in page + json.dumps(report)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("rendered again")

    monkeypatch.setattr(MiniPipeline, "stems", refuse)
    assert evaluate(data, tmp_path) == 0
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert evaluate(data, tmp_path, "--seed", "1") == 2
    assert "renders of other settings" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--loops", "0"), "--loops: must be at least 1, not 0"),
        (("--data", "nowhere"), "nowhere has no manifest.jsonl"),
        (("--model", "nosuch"), "nosuch"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    said: str,
) -> None:
    assert evaluate(data, tmp_path, *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("melfusion evaluate mini: ")
    assert said in line


def test_the_other_evaluation_still_names_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--manifest", "x.jsonl"]) == 2
    assert "the following arguments are required: --model" in capsys.readouterr().err
