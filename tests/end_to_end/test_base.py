"""`base` from nothing to a report, tiny, by the commands that a user types."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
import soundfile
import torch

from melfusion.cli import main
from tests.melfusion.base import tiny

SETTINGS = """
model = {model}
name = "tiny"
steps = 200
batch = 4
learning_rate = 4e-3
alpha_learning_rate = 1e-2
warmup = 10
ema = 0.97
validate_every = 100
keep_every = 100
held_samples = 2
"""


class _Players(HTMLParser):
    """Collects what a page's audio players play."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        source = dict(attributes).get("src")
        if tag in ("audio", "source") and source:
            self.sources.append(source)


@pytest.mark.timeout(600)
def test_data_train_generate_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # networks this small wait for one another on more
    data, run, out = tmp_path / "data", tmp_path / "run", tmp_path / "out"
    manifest = data / "melbench_held.jsonl"
    assert main(["data", "--format", "melbench", "--out", str(data), "--scenes", "20"]) == 0
    assert len(manifest.read_text().splitlines()) == 2

    tiny.pipeline(vae_levels=5).save_pretrained(tmp_path / "begun")
    (tmp_path / "a.toml").write_text(SETTINGS.format(model=json.dumps(str(tmp_path / "begun"))))
    words = ["train", "--config", str(tmp_path / "a.toml"), "--out", str(run)]
    words += ["--data", str(data / "melbench_train.jsonl"), "--held", str(manifest)]
    capsys.readouterr()
    assert main(words) == 0
    model = capsys.readouterr().out.splitlines()[-1]
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [0, 100, 200]
    assert log[2]["held"]["both"] < 0.8 * log[0]["held"]["both"]
    assert log[2]["loss"] < log[1]["loss"]

    words = ["generate", "--model", model, "--prompt", "warm house", "--bars", "1", "--json"]
    words += ["--image", str(next((data / "pictures").glob("*.jpg"))), "--bpm", "121.5"]
    assert main([*words, "--key", "Am", "--attempts", "1", "--out", str(out)]) == 0
    clip = json.loads(capsys.readouterr().out)
    assert clip["samples"] == soundfile.info(clip["path"]).frames == round(240 / 121.5 * 44100)
    assert clip["model"].startswith("tiny-")
    assert clip["request"]["steps"] == 25

    words = ["evaluate", "--manifest", str(manifest), "--model", model, "--steps", "2"]
    words += ["--embedders", "musicnn-msd", "frozen-music", "frozen-pictures", "--bootstrap", "20"]
    assert main([*words, "--out", str(out / "report")]) == 0
    page = _Players()
    page.feed((out / "report" / "report.html").read_text(encoding="utf-8"))
    assert page.sources
    assert all((out / "report" / source).is_file() for source in page.sources)
    report = (out / "report" / "report.json").read_text(encoding="utf-8")
    for condition in ("full", "text-only", "picture-only", "shuffled-picture", "null-picture"):
        assert condition in report
    torch.set_num_threads(threads)
