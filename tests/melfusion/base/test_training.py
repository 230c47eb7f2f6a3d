"""Training of `base`, tiny and on sounds made here: what is drawn, learned, kept and resumed."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from accelerate.state import AcceleratorState
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from PIL import Image
from safetensors.torch import load_file

from melfusion.base import training
from melfusion.base.dataset import Prepared, Samples
from melfusion.base.melbench import SAMPLES, ManifestError, Triplet, read_triplets
from melfusion.base.settings import Settings
from melfusion.base.training import CONDITIONS, Trainer
from melfusion.cli import main
from melfusion.pipeline import MeLFusionPipeline
from tests.melfusion.base import tiny

SETTINGS = Settings(
    name="tiny", steps=6, batch=2, learning_rate=1e-2, alpha_learning_rate=1e-1, warmup=1,
    ema=0.5, validate_every=3, keep_every=2, held_samples=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six tones with a colour and two words each, in MeLBench's form."""
    folder = tmp_path_factory.mktemp("melbench")
    (folder / "music").mkdir()
    lines = []
    for number in range(6):
        time = np.arange(SAMPLES) / 16000
        tone = 0.3 * np.sin(2 * np.pi * 110 * 2**number * time) * (time % 0.5 < 0.2)
        soundfile.write(folder / f"music/{number}.wav", tone, 16000)
        Image.new("RGB", (80, 64), (40 * number, 90, 20)).save(folder / f"{number}.png")
        caption = ["warm house", "dark techno", "slow jazz"][number % 3]
        entry = {"captions": caption, "location": f"{number}.wav", "img_path": f"{number}.png"}
        lines.append(json.dumps(entry) + "\n")
    (folder / "train.jsonl").write_text("".join(lines[:4]))
    (folder / "held.jsonl").write_text("".join(lines[4:]))
    tiny.pipeline(vae_levels=5).save_pretrained(folder / "model")
    return folder


def _triplets(data: Path, name: str = "train") -> list[Triplet]:
    return read_triplets(data / f"{name}.jsonl", data / "music", data)


def _trainer(data: Path, folder: Path, **changes: Any) -> Trainer:
    pipeline = MeLFusionPipeline.from_pretrained(data / "model", cache=None)
    settings = dataclasses.replace(SETTINGS, **changes)
    given = data / "model", _triplets(data), _triplets(data, "held")
    return Trainer(pipeline, *given, settings, folder)


@pytest.fixture
def _other_precision() -> Iterator[None]:
    """One process has one precision: accelerate keeps it for good, unless it is told to forget."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "unet" / SAFETENSORS_WEIGHTS_NAME)


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run to its end."""
    folder = tmp_path_factory.mktemp("run")
    assert _trainer(data, folder).run() == folder / "export"
    return folder


def test_the_log_has_every_condition_and_every_alpha(run: Path) -> None:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [0, 3, 6]
    for line in lines:
        assert line["held"].keys() == CONDITIONS.keys()
        assert len(line["alphas"]) == 2
    assert "loss" in lines[1]
    assert lines[2]["held"]["both"] < lines[0]["held"]["both"]
    assert lines[2]["alphas"] != lines[0]["alphas"]
    # The rows differ by just what their names say.
    held = lines[2]["held"]
    assert len({held[name] for name in ("both", "words", "picture", "nothing")}) == 4


def test_the_finished_model_is_the_moving_average_under_a_name_of_its_own(
    data: Path, run: Path
) -> None:
    pipeline = MeLFusionPipeline.from_pretrained(run / "export", cache=None)
    assert pipeline.name.startswith("tiny-")
    assert len(pipeline.name) == len("tiny-") + 8
    begun, done = _weights(data / "model"), _weights(run / "export")
    assert begun.keys() == done.keys()
    assert not any(torch.equal(begun[name], done[name]) for name in begun)
    assert pipeline.unet.alphas != tiny.pipeline().unet.alphas


def test_only_the_last_checkpoints_are_kept(run: Path) -> None:
    names = [path.name for path in sorted((run / "checkpoints").iterdir())]
    assert names == ["step_00000004", "step_00000006"]


def test_a_run_that_was_stopped_ends_with_the_same_weights(
    data: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _trainer(data, tmp_path)
    own, learned = Trainer._learn, []

    def stopped(trainer: Trainer, batch: dict[str, torch.Tensor]) -> float:
        if len(learned) == 5:
            raise KeyboardInterrupt
        learned.append(1)
        return own(trainer, batch)

    monkeypatch.setattr(Trainer, "_learn", stopped)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    monkeypatch.undo()
    again = _trainer(data, tmp_path)
    assert again.step == 4
    again.run()
    whole, resumed = _weights(run / "export"), _weights(tmp_path / "export")
    for name, weight in whole.items():
        assert torch.allclose(weight, resumed[name], atol=1e-6), name


def test_two_processes_learn_what_one_learns(
    data: Path, run: Path, tmp_path: Path, free_port: int
) -> None:
    config = tmp_path / "half.toml"
    values = dataclasses.replace(SETTINGS, batch=1, model=str(data / "model")).told()
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    words = ["train", "--config", config, "--data", data / "train.jsonl"]
    words += ["--held", data / "held.jsonl", "--out", tmp_path / "run"]
    launch = ["torch.distributed.run", "--nproc-per-node=2", "--master-port", str(free_port)]
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-m", *launch, "-m", "melfusion", *map(str, words)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": root,
            "PYTHONUNBUFFERED": "1",
            "ACCELERATE_USE_CPU": "1",
            "OMP_NUM_THREADS": "1",
        },
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    one, two = (
        [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        for folder in (run, tmp_path / "run")
    )
    assert [line["step"] for line in two] == [0, 3, 6]
    for first, second in zip(one, two, strict=True):
        assert second["held"] == pytest.approx(first["held"], rel=2e-3)
        assert second["alphas"] == pytest.approx(first["alphas"], rel=2e-2)
    told = [json.loads(line)["step"] for line in done.stdout.splitlines()[:-1]]
    assert told == [0, 3, 6]
    assert done.stdout.splitlines()[-1] == str(tmp_path / "run" / "export")
    fall = one[0]["held"]["both"] - one[2]["held"]["both"]
    assert abs(one[2]["held"]["both"] - two[2]["held"]["both"]) < 0.05 * fall


@pytest.mark.usefixtures("_other_precision")
def test_half_precision_learns_about_the_same(data: Path, run: Path, tmp_path: Path) -> None:
    _trainer(data, tmp_path, precision="bf16").run()
    one, two = (
        [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        for folder in (run, tmp_path)
    )
    for first, second in zip(one, two, strict=True):
        assert second["held"] == pytest.approx(first["held"], rel=0.05)
        assert second["held"] != first["held"]
    assert {weight.dtype for weight in _weights(tmp_path / "export").values()} == {torch.float32}
    for frozen in ("image_unet", "image_vae", "vae", "null_text"):
        name = f"{frozen}/{SAFETENSORS_WEIGHTS_NAME}"
        assert (tmp_path / "export" / name).samefile(data / "model" / name)


def test_synapses_can_learn_alone(data: Path, tmp_path: Path) -> None:
    _trainer(data, tmp_path, trained="synapses", steps=2).run()
    begun, done = _weights(data / "model"), _weights(tmp_path / "export")
    changed = {name for name in begun if not torch.equal(begun[name], done[name])}
    assert changed
    assert all(name.endswith(".a") for name in changed)


def test_alpha_has_a_rate_of_its_own(data: Path, tmp_path: Path) -> None:
    _trainer(data, tmp_path, learning_rate=0.0, weight_decay=0.0, steps=2).run()
    begun, done = _weights(data / "model"), _weights(tmp_path / "export")
    changed = {name for name in begun if not torch.equal(begun[name], done[name])}
    assert changed == {name for name in begun if name.endswith(".a")}


def test_a_loss_that_is_no_number_stops_the_run(data: Path, tmp_path: Path) -> None:
    trainer = _trainer(data, tmp_path, steps=1)
    next(trainer.unet.parameters()).data.fill_(torch.nan)
    with pytest.raises(FloatingPointError, match="at step 0"):
        trainer.run()


@pytest.fixture(scope="module")
def prepared(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    pipeline = MeLFusionPipeline.from_pretrained(data / "model", cache=None)
    made = Prepared(pipeline, tmp_path_factory.mktemp("features"))
    for triplet in _triplets(data):
        made.prepare(triplet)
    return made


def _samples(data: Path, prepared: Prepared, start: int = 0, **changes: Any) -> Samples:
    settings = dataclasses.replace(SETTINGS, **changes)
    return Samples(_triplets(data), prepared, settings, start, 400)


def test_a_sample_is_the_same_wherever_a_run_begins(data: Path, prepared: Prepared) -> None:
    first, later = _samples(data, prepared)[7], _samples(data, prepared, start=5)[2]
    assert first.keys() == later.keys()
    assert all(torch.equal(first[name], later[name]) for name in first)
    assert not torch.equal(first["noise"], _samples(data, prepared, seed=1)[7]["noise"])


def test_every_epoch_has_every_triplet_once(data: Path, prepared: Prepared) -> None:
    samples = _samples(data, prepared, text_dropout=0.0)
    pictures = [
        [samples[number]["latents"].round(decimals=0).sum().item() for number in numbers]
        for numbers in (range(4), range(4, 8))
    ]
    assert len(set(pictures[0])) == len(set(pictures[1])) == 4


def test_words_and_picture_are_left_out_independently(data: Path, prepared: Prepared) -> None:
    samples = _samples(data, prepared, text_dropout=0.3, picture_dropout=0.6)
    nothing = samples.words[""][0]
    drawn = [samples[number] for number in range(len(samples))]
    silent = np.array([torch.equal(one["text"], nothing) for one in drawn])
    blind = np.array([one["picture_strength"].item() == 0 for one in drawn])
    assert silent.mean() == pytest.approx(0.3, abs=0.07)
    assert blind.mean() == pytest.approx(0.6, abs=0.07)
    assert (silent & blind).mean() == pytest.approx(0.18, abs=0.06)
    steps = np.array([one["timestep"].item() for one in drawn])
    assert steps.min() < 30
    assert steps.max() > 970


def test_the_picture_is_at_the_recorded_step_nearest(data: Path, prepared: Prepared) -> None:
    triplet = _triplets(data)[1]
    timesteps, path = prepared.pipeline.image_tower.path(
        prepared.pipeline.pixels(Image.open(triplet.picture))[None]
    )
    for asked, number in ((999, 0), (480, 1), (3, 3)):
        latents, timestep = prepared.picture(triplet, asked)
        assert timestep == timesteps[number]
        assert torch.equal(latents, path[0, number].float())


def test_what_was_prepared_is_not_made_again(
    data: Path, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared.pipeline, "latents_of", None)
    monkeypatch.setattr(prepared.pipeline.image_tower, "path", None)
    prepared.prepare(_triplets(data)[0])
    with pytest.raises(TypeError):
        prepared.prepare(_triplets(data, "held")[0])


def test_a_picture_that_is_none_is_named(data: Path, prepared: Prepared, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("no picture")
    first = _triplets(data)[0]
    with pytest.raises(ManifestError, match=r"x\.png cannot be read as a picture"):
        prepared.prepare(Triplet("warm", first.audio, tmp_path / "x.png"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "--held: name the manifest"),
        (["--held", "none.jsonl"], "none.jsonl cannot be read"),
        (["--held", "held.jsonl", "--config", "none.toml"], "none.toml cannot be read"),
        (["--held", "one.jsonl"], "--held: needs at least 2 lines"),
        (["--held", "held.jsonl", "--audio", "nowhere"], "line 1: there is no nowhere"),
    ],
)
def test_what_cannot_be_trained_is_one_line(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    (data / "one.jsonl").write_text((data / "held.jsonl").read_text().splitlines()[0])
    (data / "a.toml").write_text(f"model = {json.dumps(str(data / 'model'))}")
    monkeypatch.chdir(data)
    given = ["--config", "a.toml", "--data", "train.jsonl", "--out", str(tmp_path / "run")]
    assert main(["train", *given, *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("melfusion train: ")
    assert reason in told[0]


def test_only_models_of_its_size_are_trained(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dataclasses.replace(SETTINGS, model="mini")
    given = data / "train.jsonl", data / "held.jsonl", data / "music", data, tmp_path
    monkeypatch.setattr(training, "Trainer", None)
    with pytest.raises(ValueError, match=r"mini is mini-6-.*: only models of base's size"):
        training.train(settings, *given)
