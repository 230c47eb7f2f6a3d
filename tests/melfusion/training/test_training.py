"""A tiny model is trained on real, if few, loops, put together, loaded and played."""

import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from melfusion.arranging import NOTHING
from melfusion.cli import main
from melfusion.material.dataset import STEMS
from melfusion.material.order import Order, write_scenes
from melfusion.model.codec import LatentCodec
from melfusion.model.conditioning import SCORE_FEATURES
from melfusion.model.denoiser import Denoiser
from melfusion.model.mini import PARTS_OF_MODEL
from melfusion.model.reading import Heads
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.pipeline import MeLFusionPipeline
from melfusion.score import TOUCHES
from melfusion.training.batches import Batches, arranged_names
from melfusion.training.budget import Run, learning_rate
from melfusion.training.codecs import SPACES, fit_codecs
from melfusion.training.decoders import AUDIBLE, envelope_loss, train_decoder
from melfusion.training.denoisers import _begun, _numbers_of, meaning_loss, train_denoiser
from melfusion.training.examples import MANIFEST, read_examples
from melfusion.training.export import export
from melfusion.training.features import Features, _side_by_side, _states
from melfusion.training.meaning import names_of
from melfusion.training.readers import train_reader
from melfusion.training.size import Size

TINY = Size(
    latent_size=8,
    denoiser_width=32,
    denoiser_depth=2,
    denoiser_heads=2,
    decoder_width=16,
    decoder_depth=1,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten scenes, one of them held out, and two plain pictures for each of their concepts."""
    folder = tmp_path_factory.mktemp("data")
    write_scenes(Order(folder, seed=0), STEMS, scenes=10)
    (folder / "pictures").mkdir()
    lines = []
    for number, concept in enumerate(sorted({e.concept for e in read_examples(folder)})):
        for split in ("train", "held"):
            file = f"pictures/{number}_{split}.png"
            shade = (37 * number) % 256
            Image.new("RGB", (32, 32), (shade, 255 - shade, 90)).save(folder / file)
            line = {"id": f"{number}{split}", "file": file, "concept": concept, "kind": "drawn"}
            line["split"] = split
            lines.append(json.dumps(line))
    (folder / "pictures.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def run_folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a few seconds."""
    folder = tmp_path_factory.mktemp("run")
    fit_codecs(data, folder, size=TINY)
    for space in SPACES:
        train_decoder(data, folder, space, minutes=0.03, device="cpu", size=TINY)
    train_denoiser(data, folder, minutes=0.1, device="cpu", size=TINY)
    train_reader(data, folder, minutes=0.1)
    return folder


def test_what_was_trained_loads_and_plays(run_folder: Path) -> None:
    pipeline = MeLFusionPipeline.from_pretrained(export(run_folder, "tiny-1"))
    assert re.fullmatch(r"tiny-1-[0-9a-f]{8}", pipeline.name)
    plan = Plan(111.1, Metre(), Key.parse("Am"), parse_chords("Am F", 2, 4))
    stems = pipeline(plan, ["drums", "bass"], prompt="house", steps=2).stems
    assert all(np.isfinite(stem).all() and stem.std() > 0 for stem in stems.values())


def test_a_stopped_run_goes_on_where_it_was(data: Path, run_folder: Path) -> None:
    before = torch.load(run_folder / "train_denoiser" / "checkpoint.pt", weights_only=True)
    more = before["spent_s"] / 60 + 0.05
    train_denoiser(data, run_folder, minutes=more, device="cpu", size=TINY)
    after = torch.load(run_folder / "train_denoiser" / "checkpoint.pt", weights_only=True)
    assert before["step"] >= 1
    assert after["step"] > before["step"]
    assert after["spent_s"] > before["spent_s"] >= 6


def test_held_out_scenes_and_pictures_never_reach_training(data: Path, run_folder: Path) -> None:
    batches = Batches(data, Features(data, run_folder), "train")
    held = {example.id for example in read_examples(data, "held")}
    seen = {example.id for group in batches.groups.values() for example in group.examples}
    assert held
    assert len(held) + len(seen) == 40
    assert not held & seen
    assert {p["split"] for ps in batches.pictures.values() for p in ps} == {"train"}


def test_words_and_pictures_are_left_out_independently(data: Path, run_folder: Path) -> None:
    batches = Batches(data, Features(data, run_folder), "train")
    rng = random.Random(0)
    worded, shown = [], []
    for _ in range(60):
        batch = batches.draw(rng)
        worded += (batch.given["text"].abs().sum((1, 2)) > 0).tolist()
        shown += (batch.given["image_strength"] > 0).tolist()
    pairs = set(zip(worded, shown, strict=True))
    assert len(pairs) == 4
    assert np.mean(worded) == pytest.approx(0.5, abs=0.06)
    assert np.mean(shown) == pytest.approx(0.65, abs=0.06)


def test_the_control_is_a_picture_of_something_else(data: Path, run_folder: Path) -> None:
    features = Features(data, run_folder)
    batches = Batches(data, features, "held")
    concept_of = {
        picture["id"]: concept for concept, them in batches.pictures.items() for picture in them
    }

    def concept(tokens: torch.Tensor) -> str:
        known = features.pictures
        return next(concept_of[i] for i in concept_of if torch.equal(tokens, known[i].float()))

    batch = batches.draw(random.Random(0), dropout=False)
    pairs = zip(batch.given["image_tokens"], batch.strangers, strict=True)
    assert all(concept(own) != concept(stranger) for own, stranger in pairs)


def test_features_are_made_anew_when_their_sources_change(data: Path, run_folder: Path) -> None:
    before = Features(data, run_folder).latents
    assert Features(data, run_folder).latents.keys() == before.keys()
    codec = LatentCodec.from_pretrained(run_folder / "codec_pitched")
    codec.scale.mul_(2)
    kept = run_folder / "codec_kept"
    (run_folder / "codec_pitched").rename(kept)
    try:
        codec.save_pretrained(run_folder / "codec_pitched")
        after = Features(data, run_folder).latents
    finally:
        shutil.rmtree(run_folder / "codec_pitched")
        kept.rename(run_folder / "codec_pitched")
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {name for name in before if not name.endswith("drums")}
    assert len(list((run_folder / "features").iterdir())) == 3


def test_several_processes_give_what_one_gives() -> None:
    texts = ["dark techno", "a slow dub for a rainy street", "choir"]
    alone, spread = (_side_by_side(_states, texts, least=least) for least in (9, 0))
    assert all(map(torch.equal, alone, spread))


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    assert _numbers_of({"loss": torch.tensor(0.25)}, 7) == {"loss": 0.25}
    with pytest.raises(FloatingPointError, match="nan at step 7"):
        _numbers_of({"loss": torch.tensor(float("nan"))}, 7)


def test_training_begins_with_another_models_weights(
    data: Path, run_folder: Path, tmp_path: Path
) -> None:
    model = export(run_folder, "tiny-1")
    out = tmp_path / "run"
    asked = ["train", "--data", str(data), "--out", str(out), "--start", str(model)]
    asked += ["--decoder-minutes", "0.01", "--denoiser-minutes", "0.01", "--device", "cpu"]
    asked += ["--reader-minutes", "0.01"]
    assert main([*asked, "--name", "on"]) == 0
    again = MeLFusionPipeline.from_pretrained(out / "export")
    first = MeLFusionPipeline.from_pretrained(model)
    assert again.name.startswith("on-")
    for part in PARTS_OF_MODEL:
        theirs, before = getattr(again, part).state_dict(), getattr(first, part).state_dict()
        moved = max((theirs[k] - v).abs().max() for k, v in before.items())
        if part.startswith("codec"):
            assert moved == 0
        elif part != "reader":  # that of the other model may read other names
            assert 0 < moved < 0.02


@pytest.mark.expect_log("newly initialized")
def test_a_part_without_all_of_its_weights_is_not_loaded(run_folder: Path, tmp_path: Path) -> None:
    part = Denoiser.from_pretrained(run_folder / "denoiser")
    del part.meant
    part.save_pretrained(tmp_path / "less")
    with pytest.raises(ValueError, match=r"has no meant\.weight"):
        Denoiser.from_pretrained(tmp_path / "less")
    begun = _begun(tmp_path / "less", TINY, part.config["names"])
    assert torch.equal(begun.modulate.weight, part.modulate.weight)
    assert begun.meant.weight.isfinite().all()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--data", "{tmp}"], "has no manifest.jsonl: write it with `melfusion data`"),
        (["--data", "{data}", "--denoiser-minutes", "0"], "above 0 minutes, not 0"),
        (["--data", "{data}", "--decoder-minutes", "nan"], "above 0 minutes, not nan"),
        (["--data", "{data}", "--reader-minutes", "-1"], "above 0 minutes, not -1"),
        (["--data", "{data}", "--stages", "denoiser", "export"], "has none: add reader"),
        (["--data", "{data}", "--device", "abacus"], "torch finds no device 'abacus'"),
        (["--data", "{data}", "--start", "maxi"], "there is no model 'maxi'"),
        (["--data", "{data}", "--out", "/proc/run"], "/proc/run"),
    ],
)
def test_what_cannot_be_trained_is_one_line_and_status_2(
    arguments: list[str],
    reason: str,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [argument.format(tmp=tmp_path, data=data) for argument in arguments]
    assert main(["train", "--out", str(tmp_path / "run"), *given]) == 2
    error = capsys.readouterr().err
    assert error.startswith("melfusion train: ")
    assert error.count("\n") == 1
    assert reason in error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.tmp").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        Run(tmp_path, minutes=1).keep({}, now=True)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_an_envelope_learns_out_of_silence_and_is_free_where_both_are_silent() -> None:
    drawn = torch.full((1, 3), AUDIBLE - 2.0, requires_grad=True)
    envelope_loss(drawn, torch.tensor([[0.0, AUDIBLE - 1, AUDIBLE - 9]])).backward()
    assert drawn.grad is not None
    assert (drawn.grad != 0).tolist() == [[True, False, False]]


def test_the_clock_goes_on_over_restarts(tmp_path: Path) -> None:
    run = Run(tmp_path, minutes=1)
    run.step = 7
    part = torch.nn.Linear(1, 1)
    run.keep({"part": part}, now=True)
    again, other = Run(tmp_path, minutes=1), torch.nn.Linear(1, 1)
    assert again.resume({"part": other})
    assert again.step == 7
    assert torch.equal(part.weight, other.weight)
    assert not Run(tmp_path / "elsewhere", minutes=1).resume({})


def test_the_learning_rate_warms_up_and_falls_to_nothing() -> None:
    rates = [learning_rate(1.0, step, 0.0) for step in (0, 99, 199, 500)]
    assert rates == pytest.approx([0.005, 0.5, 1.0, 1.0])
    assert learning_rate(1.0, 500, 1.0) == pytest.approx(0.0)


def test_what_words_and_pictures_mean_is_learned(data: Path, run_folder: Path) -> None:
    """The heads read the style of training pictures and captions better than at the beginning."""
    train = Batches(data, Features(data, run_folder), "train")
    torch.manual_seed(0)
    model = Denoiser(latent_size=8, width=32, depth=2, heads=2)
    heads = Heads(32, *names_of(train.examples))
    optimiser = torch.optim.AdamW([*model.parameters(), *heads.parameters()], lr=3e-3)
    batch = train.draw(random.Random(0), dropout=False)
    more = train.draw_pictures(random.Random(1), 8)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        loss = meaning_loss(model, heads, batch, more)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_scores_and_arrangements_are_left_out_at_times(data: Path, run_folder: Path) -> None:
    features = Features(data, run_folder)
    names = arranged_names(read_examples(data, "train"))
    batches = Batches(data, features, "train", names)
    rng = random.Random(0)
    scored, arranged = [], []
    for _ in range(60):
        batch = batches.draw(rng)
        scored += batch.given["score"][:, 0, SCORE_FEATURES - 1].tolist()
        arranged += batch.given["arrangement"][:, len(names) + 3].tolist()
    assert np.mean(scored) == pytest.approx(0.95, abs=0.04)
    assert np.mean(arranged) == pytest.approx(0.8, abs=0.08)
    batch = batches.draw(rng, dropout=False)
    for example, told in zip(batch.examples, batch.given["arrangement"], strict=True):
        told_names = {name for name, said in zip(names, told, strict=False) if said == 1}
        assert told_names == {example.style, example.instrument}
        assert told[len(names) :].tolist() == pytest.approx([*example.mood, 1, *example.touches])
    assert not any(tensor.any() for tensor in batch.nothing.values())


def test_more_can_be_named_when_training_goes_on(run_folder: Path) -> None:
    first = Denoiser.from_pretrained(run_folder / "denoiser")
    names = [*first.config["names"], "theremin choir", "zydeco"]
    begun = _begun(run_folder / "denoiser", TINY, names)
    told = torch.randn(2, len(names) + 4 + TOUCHES)
    told[:, len(names) - 2 : len(names)] = 0
    fewer = torch.cat([told[:, : len(names) - 2], told[:, len(names) :]], 1)
    now, before = told[:, :-TOUCHES], fewer[:, :-TOUCHES]
    assert torch.allclose(begun.arranged(now), first.arranged(before), atol=1e-6)
    assert torch.allclose(begun.touched(told), first.touched(fewer), atol=1e-6)


def test_stems_that_are_finished_already_are_not_trained_on(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.loads(line) for line in (data / MANIFEST).read_text().splitlines()]
    for line in lines:
        del line["effects"]
    (tmp_path / MANIFEST).write_text("".join(json.dumps(line) + "\n" for line in lines))
    shutil.copy(data / "pictures.jsonl", tmp_path)
    assert main(["train", "--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 2
    assert "earlier version of `melfusion data`: write it anew" in capsys.readouterr().err


def test_what_is_read_is_told_by_names(data: Path, run_folder: Path) -> None:
    pipeline = MeLFusionPipeline.from_pretrained(export(run_folder, "tiny-1"))
    words = pipeline.encode_words("dark techno")
    picture = pipeline.encode_picture(Image.new("RGB", (64, 64), "navy"))
    assert pipeline.read(None, None, 1.0) == NOTHING
    reading = pipeline.read(words, picture, 1.0)
    assert reading != pipeline.read(words, None, 1.0) == pipeline.read(words, picture, 0.0)
    played = {e.part: set() for e in read_examples(data)}
    for example in read_examples(data, "train"):
        played[example.part].add(example.instrument)
    assert {part: set(shares) for part, shares in reading.instruments.items()} == played
    assert sum(reading.styles.values()) == pytest.approx(1)
    assert list(reading.styles.values()) == sorted(reading.styles.values(), reverse=True)
    assert all(0 <= mood <= 1 for mood in (reading.energy, reading.valence, reading.brightness))
