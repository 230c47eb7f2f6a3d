"""Training of a synapse, tiny: what it learns of pictures, what stays frozen, stops and goes on."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from melfusion import picture
from melfusion.backends import ace_step, stable_audio_3
from melfusion.backends.contract import Brief
from melfusion.backends.placement import Placement
from melfusion.backends.synapse import FOLDER, Synapses
from melfusion.base import training
from melfusion.base.melbench import Triplet
from melfusion.base.settings import PAPER, Settings
from melfusion.base.training import CONDITIONS
from melfusion.cli import main
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.training.backbone import trainer
from melfusion.training.backbone.models import Backbone, load
from melfusion.training.backbone.samples import Prepared, Samples
from melfusion.training.backbone.trainer import Pace, alike, flow_loss, train_backbone
from melfusion.training.budget import Run

STEPS = 36
WEIGHTS = Path(FOLDER) / "diffusion_pytorch_model.safetensors"


@pytest.fixture
def until(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the time budget be over after so many steps."""

    def last(step: int) -> None:
        monkeypatch.setattr(Run, "progress", property(lambda run: min(run.step / step, 1.0)))

    return last


@pytest.fixture(scope="module")
def trained(
    name: str,
    source: Path,
    triplets: list[Triplet],
    features: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A run of STEPS; measured on what it learned from."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "features").symlink_to(features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "progress", property(lambda run: min(run.step / STEPS, 1.0)))
        backbone = load(name, source, "cpu")
        pace = Pace(batch=4, told_every=STEPS, held=4)
        out = train_backbone(backbone, source, triplets, triplets, folder, 1.0, 3e-2, pace)
    assert out == folder / "export"
    return folder


def _log(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "train_synapse" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_the_right_picture_lowers_the_loss_and_no_other_does_as_much(trained: Path) -> None:
    before, after = (line["held"] for line in _log(trained))
    assert before.keys() == after.keys() == {*CONDITIONS, "grey"}
    # Untrained it changes nothing, whatever the picture is.
    assert before["both"] == before["stranger"] == before["grey"] == before["words"]
    assert before["picture"] == before["nothing"]
    # Without a picture the model is what it was.
    assert after["words"] == before["words"]
    assert after["nothing"] == before["nothing"]
    for row in ("both", "picture"):
        assert after[row] < 0.5 * before[row]
        assert after[row] < 0.95 * min(after["stranger"], after["grey"])


def test_what_is_exported_is_the_model_with_a_synapse(source: Path, trained: Path) -> None:
    out = trained / "export"
    kept = torch.load(trained / "train_synapse" / "checkpoint.pt", weights_only=True)
    synapses = load_file(out / WEIGHTS)
    assert synapses.keys() == kept["synapses"].keys()
    assert all(torch.equal(synapses[key], tensor) for key, tensor in kept["synapses"].items())
    for file in source.rglob("*"):
        if file.is_file():
            assert (out / file.relative_to(source)).samefile(file)


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_the_exported_model_composes_with_the_picture(
    name: str, source: Path, trained: Path, triplets: list[Triplet], strength: float
) -> None:
    backend = {"ace-step": ace_step, "stable-audio-3": stable_audio_3}[name]
    place = Placement(torch.device("cpu"), torch.float32, offload=False, compile=False)
    plan = Plan(120.0, Metre(), Key.parse("Am"), parse_chords("Am", 1, 4))
    brief = Brief("warm house", "full", plan, 2.0, steps=2, guidance=2.0)
    before, after = (backend.load(folder, place) for folder in (source, trained / "export"))
    alone = before.compose(brief, lambda _: None)
    assert np.array_equal(after.compose(brief, lambda _: None), alone)
    shown = replace(
        brief, picture=picture.load(triplets[1].picture).image, picture_strength=strength
    )
    seen = after.compose(shown, lambda _: None)
    assert np.array_equal(seen, alone) == (strength == 0)
    assert re.search("-synapse-[0-9a-f]{8}$", after.name)
    assert "synapse" not in before.name


def test_a_run_that_was_stopped_ends_with_the_same_weights(
    name: str,
    source: Path,
    triplets: list[Triplet],
    features: Path,
    tmp_path: Path,
    until: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trainer, "validate", lambda *_: {})

    def train(folder: Path) -> dict[str, torch.Tensor]:
        folder.mkdir(exist_ok=True)
        if not (folder / "features").exists():
            (folder / "features").symlink_to(features)
        pace = Pace(batch=2, told_every=100, held=2)
        backbone = load(name, source, "cpu")
        out = train_backbone(backbone, source, triplets, triplets, folder, 1.0, 1e-1, pace)
        return load_file(out / WEIGHTS)

    until(5)
    whole = train(tmp_path / "whole")
    until(2)
    early = train(tmp_path / "stopped")
    until(5)
    resumed = train(tmp_path / "stopped")
    assert [line["step"] for line in _log(tmp_path / "stopped")] == [0, 2, 5]
    for key, tensor in whole.items():
        assert torch.equal(resumed[key], tensor), key
        assert not torch.equal(early[key], tensor), key


def test_a_synapse_that_is_there_is_trained_further(
    name: str,
    trained: Path,
    triplets: list[Triplet],
    run_folder: Path,
    until: Callable[[int], None],
) -> None:
    until(1)
    backbone = load(name, trained / "export", "cpu")
    before = load_file(trained / "export" / WEIGHTS)
    given = backbone, trained / "export", triplets, triplets, run_folder, 1.0
    out = train_backbone(*given, pace=Pace(batch=1, held=2))
    held = [line["held"]["both"] for line in _log(run_folder)]
    assert held[0] == pytest.approx(_log(trained)[-1]["held"]["both"], rel=0.5)
    after = load_file(out / WEIGHTS)
    moved = max((after[key] - tensor).abs().max().item() for key, tensor in before.items())
    assert 0 < moved < 1e-4
    assert load_file(trained / "export" / WEIGHTS).keys() == before.keys()


@pytest.fixture
def samples(backbone: Backbone, triplets: list[Triplet], run_folder: Path) -> Samples:
    given = [
        Triplet(caption, triplets[number].audio, triplets[number].picture)
        for number, caption in enumerate(("warm house", "dark techno of a long night", "jazz"))
    ]
    return Samples(given, Prepared(backbone, run_folder / "features"))


def _installed(backbone: Backbone) -> Synapses:
    synapses = Synapses.untrained(backbone.transformer)
    torch.manual_seed(0)
    for layer in synapses.layers:
        torch.nn.init.normal_(layer.to_v_image.weight)
    synapses.install(backbone.transformer)
    return synapses


def test_nothing_is_filled_up_to_make_a_batch(backbone: Backbone, samples: Samples) -> None:
    synapses = _installed(backbone)
    drawn = [samples[number] for number in range(9)]
    groups = alike(drawn)
    assert sorted(map(id, drawn)) == sorted(id(one) for group in groups for one in group)
    with torch.no_grad():
        for group in groups:
            alone = torch.cat([flow_loss(backbone, synapses, [one]) for one in group])
            assert torch.allclose(flow_loss(backbone, synapses, group), alone, rtol=1e-4)


def test_gradients_reach_the_synapse_alone(backbone: Backbone, samples: Samples) -> None:
    synapses = _installed(backbone)
    flow_loss(backbone, synapses, [samples[0]]).sum().backward()
    for parameter in synapses.parameters():
        assert parameter.grad is not None
        assert parameter.grad.any()
    for network in backbone.networks:
        assert all(parameter.grad is None for parameter in network.parameters())


def test_a_loss_that_is_no_number_stops_the_run(
    backbone: Backbone,
    source: Path,
    triplets: list[Triplet],
    run_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trainer, "validate", lambda *_: {})
    for parameter in backbone.transformer.parameters():
        parameter.data.fill_(math.nan)
    given = backbone, source, triplets, triplets, run_folder, 1.0
    with pytest.raises(FloatingPointError, match="the loss is nan at step 0"):
        train_backbone(*given, pace=Pace(2, 100, 2))
    assert not (run_folder / "export").exists()


def test_the_command_trains_stops_and_goes_on(
    name: str,
    source: Path,
    data: Path,
    run_folder: Path,
    until: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(trainer.PACES, "cpu", Pace(batch=2, held=2))
    words = ["train", "--backbone", name, "--model", str(source), "--data", str(data)]
    words += ["--out", str(run_folder), "--device", "cpu"]
    for steps in (1, 2):
        until(steps)
        assert main(words) == 0
        assert capsys.readouterr().out.splitlines()[-1] == str(run_folder / "export")
    assert [line["step"] for line in _log(run_folder)] == [0, 1, 2]
    assert (run_folder / "export" / WEIGHTS).is_file()


def test_base_learns_in_its_own_way_its_synapses_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(training, "train", lambda *given: asked.append(given) or "there")
    words = ["train", "--backbone", "base", "--data", str(data), "--out", str(tmp_path)]
    assert main(words) == 0
    assert main([*words, "--model", "mine"]) == 0
    assert capsys.readouterr().out.splitlines() == ["there", "there"]
    manifests = data / "melbench_train.jsonl", data / "melbench_held.jsonl"
    for (settings, *rest), model in zip(asked, ("base", "mine"), strict=True):
        assert rest == [*manifests, data / "music", data, tmp_path]
        assert settings == replace(Settings.read(PAPER), trained="synapses", model=model)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "--model: name the model, or its folder"),
        (["--model", "nowhere"], "there is no model 'nowhere'"),
        (["--model", "mini"], "holds a MiniPipeline; ace-step is a AceStepPipeline"),
        (["--model", "mini", "--synapse-minutes", "0"], "must be above 0 minutes, not 0"),
        (["--model", "mini", "--device", "abacus"], "torch finds no device 'abacus'"),
        (["--model", "mini", "--config", "paper"], "--config: is for base"),
        (["--model", "mini", "--data", "{data}/melbench_train.jsonl"], "--held: name the manifest"),
        (["--model", "mini", "--data", "{data}/music"], "melbench_train.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_trained_is_one_line(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    given = ["train", "--backbone", "ace-step", "--data", str(data), "--out", str(tmp_path)]
    assert main([*given, *(word.format(data=data) for word in words)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("melfusion train: ")
    assert reason in told[0]


def test_one_line_is_too_little_to_measure_on(
    backbone: Backbone, source: Path, triplets: list[Triplet], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="--held: needs at least 2 lines"):
        train_backbone(backbone, source, triplets, triplets[:1], tmp_path, 1.0)
