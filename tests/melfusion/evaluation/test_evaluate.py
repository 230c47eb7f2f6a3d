"""The whole command on a tiny model and a small set, and what stands in its report."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from scipy.spatial.distance import cdist

from melfusion.cli import main
from melfusion.embedders.listen import load
from melfusion.embedders.musicnn import MusicnnEmbedder
from melfusion.evaluation import renderers
from melfusion.evaluation.measuring import SHUFFLED, Row
from melfusion.evaluation.report import is_blind
from melfusion.metrics.frechet import frechet
from melfusion.metrics.score import bootstrapped
from tests.melfusion.evaluation import small

CONDITIONS = ("full", "text-only", "picture-only", "shuffled-picture", "null-picture")
OPTIONS = ("--steps", "1", "--bootstrap", "20", "--embedders", "musicnn-msd")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """On a busy machine two threads of so small a model mostly wait for one another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A set, a model and its evaluation."""
    folder = tmp_path_factory.mktemp("evaluation")
    small.write_set(folder / "set")
    small.write_model(folder / "model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELFUSION_CACHE", str(folder / "cache"))
        assert evaluate(folder) == 0
        yield folder


def evaluate(folder: Path, *more: str, out: str = "out") -> int:
    given = ["--manifest", folder / "set" / "small.jsonl", "--model", folder / "model"]
    return main(["evaluate", *map(str, given), "--out", str(folder / out), *OPTIONS, *more])


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    text = (folder / "out" / "report.json").read_text()
    assert str(folder) not in text
    return json.loads(text)


def test_every_condition_is_rendered_and_its_own(folder: Path) -> None:
    sounds = {}
    for name in ("reference", *CONDITIONS):
        files = sorted((folder / "out" / "audio" / name).iterdir())
        assert [file.name for file in files] == [f"{n:04d}.flac" for n in range(4)]
        for file in files:
            samples, rate = soundfile.read(file)
            assert rate == 16000
            assert len(samples) == (64000 if name == "reference" else 163840)
            assert np.abs(samples).max() == pytest.approx(0.5, abs=1e-3)
            sounds[name, file.stem] = samples.tobytes()
    assert len(set(sounds.values())) == len(sounds)


def test_the_report_has_all_that_it_should(report: dict[str, Any]) -> None:
    assert set(report) == {
        "format", "model", "manifest", "settings", "conditions", "columns", "metrics", "embedders",
        "published", "samples", "versions",
    }  # fmt: skip
    assert report["model"]["name"] == "tiny-base"
    assert report["manifest"]["samples"] == 4
    assert report["settings"]["guidance"] == 3.0
    assert tuple(report["conditions"]) == CONDITIONS
    assert [metric["name"] for metric in report["metrics"]] == [
        "IMSM, diagonal, stand-ins", "IMSM, released, stand-ins", "FAD (musicnn-msd)",
        "FAD-infinity (musicnn-msd)", "KAD (musicnn-msd)", "tag divergence (musicnn-msd)",
    ]  # fmt: skip
    for metric in report["metrics"]:
        for condition in CONDITIONS:
            if "infinity" in metric["name"]:
                assert metric["left_out"][condition] == "needs at least 16 samples, has 4"
                continue
            score = metric["scores"][condition]
            assert score["low"] <= score["value"] <= score["high"]
            assert score["count"] == 4
    used = {e["name"]: (e["used"], e["missing"], e["licence"]) for e in report["embedders"]}
    assert used["musicnn-msd"] == (True, "", "ISC")
    assert not used["vggish"][0]
    assert "($MELFUSION_CACHE/evaluators)" in used["vggish"][1]
    assert report["published"]["tables"]["MeLBench"]["MeLFusion"] == [1.05, 0.72, 20.49, 0.83]


def test_the_numbers_are_those_of_the_sounds(folder: Path, report: dict[str, Any]) -> None:
    tagger = MusicnnEmbedder("msd")
    heard = {
        name: [
            tagger.hear(load(folder / "out" / "audio" / name / f"{n:04d}.flac", 16000))
            for n in range(4)
        ]
        for name in ("reference", "full")
    }
    windows = {name: np.concatenate([h.embeddings for h in all_]) for name, all_ in heard.items()}
    moments = [
        (rows.mean(0).astype(float), np.cov(rows.astype(float), rowvar=False))
        for rows in (windows["reference"], windows["full"])
    ]
    real, full = (np.stack([h.embedding for h in heard[n]]) for n in ("reference", "full"))
    apart = cdist(real, real)
    width = np.median(apart[np.triu_indices(4, 1)])
    among, across, within = (
        np.exp(-(cdist(a, b) ** 2) / (2 * width**2))
        for a, b in ((real, real), (real, full), (full, full))
    )
    pairs = ~np.eye(4, dtype=bool)
    kernel = 100 * (among[pairs].mean() + within[pairs].mean() - 2 * across.mean())
    true, told = (
        1 / (1 + np.exp(-np.stack([h.logits.mean(0) for h in heard[name]]).astype(float)))
        for name in ("reference", "full")
    )
    tags = true * np.log(true / told) + (1 - true) * np.log((1 - true) / (1 - told))
    got = {metric["name"]: metric["scores"].get("full") for metric in report["metrics"]}
    assert got["FAD (musicnn-msd)"]["value"] == pytest.approx(frechet(*moments), rel=1e-4)
    assert got["KAD (musicnn-msd)"]["value"] == pytest.approx(kernel, rel=1e-4)
    assert got["tag divergence (musicnn-msd)"]["value"] == pytest.approx(
        tags.sum(1).mean(), rel=1e-4
    )


def test_the_effect_is_the_difference(report: dict[str, Any]) -> None:
    for metric in report["metrics"]:
        for control, effect in metric["full less"].items():
            scores = metric["scores"]
            difference = scores["full"]["value"] - scores[control]["value"]
            assert effect["value"] == pytest.approx(difference, abs=1e-9)
            clear = effect["low"] > 0 or effect["high"] < 0
            better = (difference > 0) == (metric["better"] == "higher")
            words = "full is better" if better else "full is worse"
            assert effect["verdict"] == (words if clear else "too small to tell")


def test_a_metric_without_sense_is_marked(report: dict[str, Any], page: "_Page") -> None:
    row = Row("IMSM", "higher", (), "")
    for column, values in (("reference", (0.5, 0.6, 0.7)), (SHUFFLED, (0.1, 0.3, 0.2))):
        row.measure(
            column, lambda v: bootstrapped(lambda c: np.mean(v[c]), 3, 50), np.array(values)
        )
    assert not is_blind(row)
    row.scores[SHUFFLED] = row.scores["reference"]
    assert is_blind(row)
    blind = [metric["name"] for metric in report["metrics"] if metric["blind"]]
    assert blind  # four plain tones and four plain colours say nothing to anybody
    assert any("; ".join(blind) in words for words in page.words)


class _Page(HTMLParser):
    """What a page refers to, its tables, and the texts of its paragraphs."""

    VOID = ("meta", "img", "link", "br", "path", "use", "image", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [v or "" for name, v in attrs if name in ("src", "href", "xlink:href")]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v or "" for name, v in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.open and self.rows and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def page(folder: Path) -> _Page:
    return _Page((folder / "out" / "report.html").read_text(encoding="utf-8"))


def test_the_page_is_whole_and_stands_alone(folder: Path, page: _Page) -> None:
    assert page.open == []
    files = {link for link in page.links if not link.startswith(("#", "data:image/"))}
    sounds = {
        file.relative_to(folder / "out").as_posix() for file in (folder / "out").rglob("*.flac")
    }
    assert len(sounds) == 24
    assert files == sounds | {"report.json"}
    text = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"@import|url\((?!#)", text)


def test_a_caption_is_text_and_nothing_else(page: _Page) -> None:
    assert "script" not in page.tags
    assert sum(small.CAPTIONS[1] in words for words in page.words) == 2


def test_all_conditions_stand_side_by_side(page: _Page) -> None:
    (heading,) = [row for row in page.rows if row[-5:] == list(CONDITIONS)]
    assert heading[1:3] == ["reference", "reference, shuffled"]
    (fad,) = [r for r in page.rows if r[0].startswith("FAD (musicnn-msd)") and len(r) == 8]
    assert all(re.search(r"\d to ", cell) for cell in fad[3:])
    published = [row for row in page.rows if row and row[0] == "MeLFusion"]
    assert [row[1] for row in published] == ["1.12", "1.05"]
    assert all(row[-1] == "as published (CVPR 2024), not measured here" for row in published)


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Renders from now on, each noted before it is done."""
    noted: list[str] = []
    real = renderers.ClipRenderer.render

    def render(self: renderers.ClipRenderer, task: renderers.Task) -> Any:
        noted.append(task.prompt)
        if len(noted) > 3:
            raise KeyboardInterrupt
        return real(self, task)

    monkeypatch.setattr(renderers.ClipRenderer, "render", render)
    return noted


def test_nothing_is_rendered_twice(
    folder: Path, renders: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = json.loads((folder / "out" / "report.json").read_text())
    there = {file: file.stat().st_mtime_ns for file in (folder / "out").rglob("*.flac")}
    gone = folder / "out" / "audio" / "null-picture" / "0002.flac"
    sound = gone.read_bytes()
    gone.unlink()
    assert evaluate(folder) == 0
    assert renders == [small.CAPTIONS[2]]
    assert gone.read_bytes() == sound
    assert all(file.stat().st_mtime_ns == time for file, time in there.items() if file != gone)
    assert json.loads((folder / "out" / "report.json").read_text()) == before
    assert capsys.readouterr().out.strip() == str(folder / "out" / "report.html")


def test_renders_of_other_settings_are_never_mixed(
    folder: Path, renders: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, "--seed", "4") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "has renders of other settings (seed, samples): name another --out" in last
    assert renders == []


def test_an_interrupt_leaves_what_was_done(
    folder: Path, renders: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, out="stopped") == 130
    assert capsys.readouterr().err.splitlines()[-1] == "melfusion: interrupted"
    done = [file.parent.name for file in (folder / "stopped" / "audio").rglob("0000.flac")]
    assert sorted(done) == ["full", "picture-only", "reference", "text-only"]
    assert not list((folder / "stopped").rglob("*.part"))
    assert len(renders) == 4


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    try:
        status = main(["evaluate", *arguments])
    except SystemExit as left:
        status = int(str(left.code))
    shown = capsys.readouterr()
    assert (status, shown.out) == (2, "")
    return shown.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--samples", "1"], "--samples: must be at least 2, not 1"),
        (["--image-guidance", "nan"], "--image-guidance: must be 0 or more, not nan"),
        (["--embedders", "ears"], "there is no embedder 'ears', only vggish, "),
        (["--embedders", "vggish"], "vggish-10086976.pth is not in "),
        (["--model", "nowhere"], "there is no model 'nowhere'"),
        (["--manifest", "none.jsonl"], "none.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    given = ["--manifest", str(folder / "set" / "small.jsonl"), "--model", str(folder / "model")]
    told = _refused(capsys, *given, "--out", str(folder / "no"), *arguments)
    assert told.startswith("melfusion evaluate: ")
    assert line in told
    assert not (folder / "no").exists()


def test_a_missing_extra_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melfusion.evaluation.command.find_spec", lambda name: name != "soxr")
    told = _refused(capsys, "--manifest", "x.jsonl", "--model", "mini")
    assert told == "melfusion evaluate: soxr missing: pip install 'melfusion-live[evaluate]'"
