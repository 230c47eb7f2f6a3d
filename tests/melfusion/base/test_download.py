import io
import json
import shutil
import sys
from collections import namedtuple

import numpy as np
import pytest
import torch
from filelock import FileLock
from PIL import Image
from safetensors.torch import load_file

from melfusion.base.download import SLACK
from melfusion.catalogue import amount
from melfusion.cli import main
from melfusion.fetching import hub as hub_module
from melfusion.pipeline import MeLFusionPipeline
from melfusion.request import RenderRequest
from tests.melfusion.base import original, repositories, tiny
from tests.melfusion.base.repositories import IMAGE, MUSIC, TEXT
from tests.melfusion.fetching.fake_hub import FakeHub

MAIN = "pytorch_model_main.bin"
NAMED = ["--image-model", IMAGE, "--music-model", MUSIC, "--text-model", TEXT]
UNREAD = {"README.md", "pytorch_model_stft.bin", "unet/diffusion_pytorch_model.bin"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    repositories.write_all(folder)
    return folder


@pytest.fixture
def fake(published, tmp_path, monkeypatch):
    monkeypatch.setattr(hub_module, "PAUSE_S", 0.0)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("MELFUSION_CACHE", str(tmp_path / "cache"))
    copy = tmp_path / "hub"
    shutil.copytree(published, copy)
    with FakeHub(copy, repositories.LICENCES) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.endpoint)
        yield fake


@pytest.fixture
def base(tmp_path):
    return tmp_path / "cache" / "models" / "base"


def download(*options):
    return main(["download", "base", *NAMED, *options])


def refusal(capsys):
    """The one line of a refusal, behind the progress."""
    told = capsys.readouterr().err.splitlines()
    lines = [line for line in told if line.startswith("melfusion download: ")]
    assert lines == told[-1:], told
    return lines[0]


def left(base):
    """What is in the models' folder beside the model."""
    return sorted(path.name for path in base.parent.iterdir() if path != base)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # diffusers' own
def test_what_is_fetched_becomes_a_pipeline_that_renders_a_loop(fake, base, capsys):
    assert download("--yes") == 0
    shown = capsys.readouterr()
    heading, *rows = shown.out.splitlines()
    assert heading.split() == ["repository", "files", "size", "licence"]
    assert rows[0].startswith(f"{IMAGE} ")
    assert rows[0].endswith("not known here (its card: openrail++)")
    assert "free:" in rows[3]
    assert f"100% of {amount((fake.folder / MUSIC / MAIN).stat().st_size)} {MUSIC}/{MAIN}" in (
        shown.err.splitlines()
    )
    paths = [path for path, _ in fake.asked]
    assert len(paths) == len(set(paths))
    assert not UNREAD & set(paths)
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in paths
    assert "unet/diffusion_pytorch_model.safetensors" not in paths
    assert "model.safetensors" not in paths  # TANGO has the text encoder
    assert left(base) == []

    pipeline = MeLFusionPipeline.from_pretrained("base", picture_side=64, picture_steps=4, tokens=6)
    assert pipeline.name.startswith("base-1-")
    assert rows[-1] == f"{pipeline.name} is in {base}"
    request = RenderRequest.check({"prompt": "warm house", "bpm": 120.0, "bars": 1})
    output = pipeline(request.plan(), ["drums"], prompt="warm house", steps=2, image=picture())
    assert output.stems["drums"].shape == (1, 88200)
    assert np.isfinite(output.stems["drums"]).all()
    assert output.stems["drums"].std() > 0


def picture():
    return Image.effect_noise((64, 64), 80).convert("RGB")


@torch.no_grad()
@pytest.mark.usefixtures("fake")
def test_every_part_is_the_published_one(base):
    assert download("--yes") == 0
    made = MeLFusionPipeline.from_pretrained(base)
    latents, text = torch.randn(1, 8, 8, 4), torch.randn(1, tiny.TOKENS, tiny.TEXT)
    step = torch.tensor(700)
    expected = repositories.music_unet()(latents, step, text).sample
    assert torch.allclose(made.unet(latents, step, text), expected, atol=1e-5)
    ids = torch.tensor([[4, 6, 1]])
    expected = tiny.text_encoder()(ids).last_hidden_state
    assert torch.allclose(made.text_encoder(ids).last_hidden_state, expected, atol=1e-5)
    torch.manual_seed(10)
    sound = original.Sound().eval()
    z = torch.randn(1, 8, 4, 16)
    mel = sound.decoder(sound.post_quant_conv(z))
    assert torch.allclose(made.vae.decode(z).sample, mel, atol=1e-5)
    assert torch.allclose(made.vocoder(mel[:, 0]), sound.vocoder(mel[:, 0]), atol=1e-5)
    assert made.vae.config.scaling_factor == original.CONFIG["scale_factor"]

    pixels = torch.rand(1, 3, 64, 64) * 2 - 1
    expected = tiny.image_vae().encode(pixels).latent_dist.mode()
    assert torch.allclose(made.image_vae.encode(pixels).latent_dist.mode(), expected, atol=0.01)
    latents = torch.randn(1, 4, 8, 8)
    expected = tiny.image_unet()(latents, step, text).sample
    assert torch.allclose(made.image_unet(latents, step, text).sample, expected, atol=0.02)
    assert made.image_scheduler.config.prediction_type == "v_prediction"
    # The beginning, the end, and what Stable Diffusion 2 fills up with.
    prompt = torch.tensor([[3, 4, 0, 0, 0]])
    expected = repositories.text_encoder()(prompt).last_hidden_state
    assert torch.allclose(made.null_text.states, expected, atol=1e-5)
    # It is frozen, and stays as small as it came.
    (weights,) = (base / "image_unet").glob("*.safetensors")
    assert {x.dtype for x in load_file(weights).values()} == {torch.float16}


def test_a_model_that_is_there_is_not_made_again(fake, base, capsys):
    assert download("--yes") == 0
    first = MeLFusionPipeline.load_config(base)["name"]
    before, asked = (base / "model_index.json").stat(), len(fake.asked)
    assert download("--yes") == 0
    assert f"base is there already, in {base}" in capsys.readouterr().out
    assert (base / "model_index.json").stat() == before
    assert len(fake.asked) == asked
    assert download("--yes", "--synapse", "decoupled") == 2
    assert "with other options" in refusal(capsys)
    assert download("--yes", "--synapse", "decoupled", "--again", "--keep") == 0
    second = MeLFusionPipeline.from_pretrained(base)
    assert second.unet.config.synapse == "decoupled"
    assert second.name != first
    assert left(base) == [".base.download"]
    asked = len(fake.asked)
    assert download("--yes", "--again") == 0
    assert len(fake.asked) == asked  # all of it was kept
    assert MeLFusionPipeline.load_config(base)["name"] == first
    assert json.loads((base / "sources.json").read_text())["name"] == first
    assert left(base) == []


def test_other_weights_have_another_name(fake, base):
    assert download("--yes") == 0
    first = MeLFusionPipeline.load_config(base)["name"]
    state = torch.load(fake.folder / MUSIC / MAIN)
    state["unet.conv_in.bias"] += 1
    torch.save(state, fake.folder / MUSIC / MAIN)
    assert download("--yes", "--again") == 0
    assert MeLFusionPipeline.load_config(base)["name"] != first


def test_an_interrupted_download_goes_on_where_it_stopped(fake, base, capsys):
    size = (fake.folder / MUSIC / MAIN).stat().st_size
    fake.breaks[MAIN] = [size // 2, *[0] * hub_module.TRIES]
    assert download("--yes") == 2
    told = refusal(capsys)
    assert f"the hub at {fake.endpoint} cannot be reached" in told
    assert "HTTPS_PROXY" in told
    assert f"copy the model folder of another machine to {base}" in told
    assert not base.exists()
    asked = len(fake.asked)
    assert download("--yes") == 0
    again = fake.asked[asked:]
    assert (MAIN, f"bytes={size // 2}-") in again
    assert "main_config.json" not in [path for path, _ in again]
    assert MeLFusionPipeline.from_pretrained(base).name


def test_a_damaged_file_is_fetched_again_and_twice_is_told(fake, base, capsys):
    fake.damages[MAIN] = 2
    assert download("--yes") == 2
    assert f"{MAIN} of {MUSIC} came damaged twice" in refusal(capsys)
    fake.damages[MAIN] = 1
    assert download("--yes") == 0
    assert fake.fetched(MAIN) == [""] * 4
    assert base.is_dir()


@pytest.mark.usefixtures("fake")
def test_a_hub_that_is_not_there_is_told(base, capsys, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert download("--yes") == 2
    assert "the hub at http://127.0.0.1:9 cannot be reached" in refusal(capsys)
    assert not base.exists()


def test_repositories_that_are_not_there_are_told_with_their_option(fake, capsys):
    assert download("--yes", "--music-model", "lab/none") == 2
    assert f"--music-model: {fake.endpoint} has no lab/none" in refusal(capsys)
    assert download("--yes", "--image-model", TEXT) == 2
    assert f"--image-model: {TEXT} has no scheduler/scheduler_config.json" in refusal(capsys)
    fake.gated.add(IMAGE)
    assert download("--yes") == 2
    assert f"--image-model: {IMAGE} is gated" in refusal(capsys)


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    fake, base, capsys, monkeypatch
):
    disk = namedtuple("disk", "total used free")(SLACK, 0, SLACK)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    assert download("--yes") == 2
    told = refusal(capsys)
    assert "has 200 MB free and 20" in told
    assert "--out" in told
    assert not fake.asked
    assert left(base) == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_or_a_yes_nothing_is_fetched(fake, base, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert download() == 2
    assert "add --yes" in refusal(capsys)
    for answer in ("n\n", ""):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert download() == 2
        assert "nothing was fetched" in refusal(capsys)
    assert not fake.asked
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert download() == 0
    assert base.is_dir()


def test_a_music_model_without_a_text_encoder_takes_the_text_model_s(fake, base, capsys):
    repositories.write_music(fake.folder / MUSIC, text=False)
    assert download("--yes") == 0
    assert f"{TEXT}'s is fetched" in capsys.readouterr().out
    assert fake.fetched("model.safetensors") == [""]
    made = MeLFusionPipeline.from_pretrained(base).text_encoder.state_dict()
    published = load_file(fake.folder / TEXT / "model.safetensors")
    assert torch.equal(made["shared.weight"], published["shared.weight"])
    assert torch.equal(
        made["encoder.final_layer_norm.weight"], published["encoder.final_layer_norm.weight"]
    )


def test_models_that_do_not_fit_are_told_before_the_large_files(fake, base, capsys, monkeypatch):
    monkeypatch.setattr("melfusion.base.download.SMALL", 20_000)
    config = fake.folder / MUSIC / "main_config.json"
    config.write_text(json.dumps({"scheduler_name": "lab/strange"}))
    assert download("--yes") == 2
    assert "the schedule of 'lab/strange'" in refusal(capsys)
    assert not fake.fetched(MAIN)
    assert not base.exists()


def test_a_file_that_would_run_code_is_refused(fake, base, capsys):
    torch.save({"unet.x": print}, fake.folder / MUSIC / MAIN)
    assert download("--yes") == 2
    assert f"{MAIN} holds no plain tensors" in refusal(capsys)
    assert not base.exists()
    assert left(base) == [".base.download"]


def test_a_folder_that_holds_something_else_is_left_alone(fake, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert download("--yes", "--out", str(tmp_path / "mine")) == 2
    assert "holds something else" in refusal(capsys)
    assert not fake.asked
    (tmp_path / "mine" / "letter.txt").unlink()
    assert download("--yes", "--out", str(tmp_path / "mine")) == 0
    assert MeLFusionPipeline.load_config(tmp_path / "mine")["_class_name"] == "BasePipeline"


def test_a_model_that_cannot_be_written_leaves_the_old_one(fake, base, capsys, monkeypatch):
    assert download("--yes") == 0
    name = MeLFusionPipeline.load_config(base)["name"]

    def full_disk(_pipeline, folder):
        (folder / "unet").mkdir(parents=True)
        (folder / "model_index.json").write_text("{")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("melfusion.base.pipeline.BasePipeline.save_pretrained", full_disk)
    assert download("--yes", "--again") == 2
    assert "No space left on device" in refusal(capsys)
    assert MeLFusionPipeline.load_config(base)["name"] == name
    assert left(base) == [".base.download"]  # what was fetched need not be fetched again
    asked = len(fake.asked)
    monkeypatch.undo()
    monkeypatch.setenv("HF_ENDPOINT", fake.endpoint)
    assert download("--yes", "--again", "--out", str(base)) == 0
    assert len(fake.asked) == asked


@pytest.mark.usefixtures("fake")
def test_two_downloads_to_one_folder_do_not_meet(base, capsys):
    store = base.with_name(".base.download")
    store.mkdir(parents=True)
    with FileLock(store / "lock"):
        assert download("--yes") == 2
        assert f"another download to {base} is under way" in refusal(capsys)


def test_without_what_base_needs_it_is_told_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if "accel" in name else name)
    assert download("--yes") == 2
    assert "accelerate is not installed: python -m pip install -e '.[base]'" in refusal(capsys)
