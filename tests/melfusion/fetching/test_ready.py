import io
import json
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest
import torch
from diffusers import StableAudio3Pipeline
from filelock import FileLock
from safetensors.torch import load_file

from melfusion import home
from melfusion.catalogue import find
from melfusion.cli import main
from melfusion.fetching import hub as hub_module
from tests.melfusion.backends import tiny_stable_audio_3
from tests.melfusion.fetching.fake_hub import REVISION, FakeHub

NAME = "stable-audio-3-small"
REPOSITORY = find(NAME).repository
TRANSFORMER = "transformer/diffusion_pytorch_model.fp16"
FIRST_SHARD = f"{TRANSFORMER}-00001-of-00002.safetensors"
UNREAD = {"model.safetensors", "model_config.json", "t5gemma/model.safetensors", "vae/old.bin"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A real pipeline in both precisions, one in shards, among files that nobody needs."""
    hub = tmp_path_factory.mktemp("hub")
    folder = hub / REPOSITORY
    made = tiny_stable_audio_3.pipeline()
    made.save_pretrained(folder)
    for network in (made.transformer, made.vae, made.text_encoder, made.duration_embedder):
        for x in network.parameters():
            x.data = x.data.half()
    made.save_pretrained(folder, variant="fp16")
    made.transformer.save_pretrained(folder / "transformer", variant="fp16", max_shard_size="20KB")
    (folder / f"{TRANSFORMER}.safetensors").unlink()
    for name in (*UNREAD, "README.md", "LICENSE.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(name.encode() * 1000)
    return hub


@pytest.fixture
def fake(published, tmp_path, monkeypatch):
    monkeypatch.setattr(hub_module, "PAUSE_S", 0.0)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv(home.VARIABLE, str(tmp_path / "cache"))
    shutil.copytree(published, tmp_path / "hub")
    with FakeHub(tmp_path / "hub", {REPOSITORY: "other"}) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.endpoint)
        yield fake


@pytest.fixture
def out(tmp_path):
    return tmp_path / "cache" / "models" / NAME


def download(*options, name=NAME):
    return main(["download", name, *options])


def refusal(capsys):
    """The one line of a refusal, behind the progress."""
    told = capsys.readouterr().err.splitlines()
    lines = [line for line in told if line.startswith("melfusion download: ")]
    assert lines == told[-1:], told
    return lines[0]


def left(out):
    """What is in the models' folder beside the model."""
    return sorted(path.name for path in out.parent.iterdir() if path != out)


def weights_asked(fake):
    return [path for path, _ in fake.asked if path != "model_index.json"]


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
def test_a_repository_becomes_a_folder_that_the_pipeline_loads(fake, out, capsys):
    assert download("--yes") == 0
    shown = capsys.readouterr()
    heading, row, *rest = shown.out.splitlines()
    assert heading.split() == ["repository", "files", "size", "licence"]
    assert row.startswith(f"{REPOSITORY} ")
    assert row.endswith("Stability AI Community License (see its card) and the Gemma terms"
                        " (its card: other)")  # fmt: skip
    assert "free:" in rest[0]
    assert rest[-1] == f"{NAME} is in {out}"
    assert "100% of " in shown.err
    assert left(out) == []
    asked = weights_asked(fake)
    assert len(asked) == len(set(asked))
    assert not UNREAD & set(asked)
    assert FIRST_SHARD in asked
    assert "vae/diffusion_pytorch_model.safetensors" not in asked  # it is there in half
    assert {"README.md", "LICENSE.md"} <= set(asked)
    record = json.loads((out / "sources.json").read_text())["repositories"][0]
    assert (record["name"], record["revision"]) == (REPOSITORY, REVISION)

    assert home.model_folder(NAME) == out
    loaded = StableAudio3Pipeline.from_pretrained(out)
    published = tiny_stable_audio_3.transformer().half().state_dict()
    for key, x in loaded.transformer.half().state_dict().items():
        assert torch.equal(x, published[key]), key
    (vae,) = (out / "vae").glob("*.safetensors")
    assert torch.float16 in {x.dtype for x in load_file(vae).values()}


def test_what_is_there_is_not_fetched_again_unless_it_is_asked_for(fake, out, capsys):
    assert download("--yes") == 0
    asked = len(fake.asked)
    assert download("--yes") == 0
    assert f"{NAME} is there already, in {out}" in capsys.readouterr().out
    assert len(fake.asked) == asked
    shutil.copytree(fake.folder / REPOSITORY, fake.folder / "me" / "mine")
    assert download("--yes", "--repository", "me/mine") == 2
    assert "replace it with --again" in refusal(capsys)
    assert download("--yes", "--repository", f"me/mine@{REVISION}", "--again") == 0
    assert "me/mine" in capsys.readouterr().out
    assert "not known here" in json.loads((out / "sources.json").read_text())["repositories"][0][
        "licence"
    ]  # fmt: skip


def test_an_interrupted_download_goes_on_where_it_stopped(fake, out, capsys):
    size = (fake.folder / REPOSITORY / FIRST_SHARD).stat().st_size
    fake.breaks[FIRST_SHARD] = [size // 2, *[0] * hub_module.TRIES]
    assert download("--yes") == 2
    told = refusal(capsys)
    assert f"the hub at {fake.endpoint} cannot be reached" in told
    assert f"copy the model folder of another machine to {out}" in told
    assert not out.exists()
    assert home.present(NAME) is None
    asked = len(fake.asked)
    assert download("--yes") == 0
    again = fake.asked[asked:]
    assert (FIRST_SHARD, f"bytes={size // 2}-") in again
    assert "vae/config.json" not in [path for path, _ in again]
    assert home.present(NAME) == out


@pytest.mark.usefixtures("fake")
def test_what_is_left_of_another_revision_is_not_taken_along(out):
    stale = home.store(out) / REPOSITORY.replace("/", "--") / "transformer"
    stale.mkdir(parents=True)
    (stale / "diffusion_pytorch_model.safetensors.0123.part").write_bytes(b"half")
    (stale / "gone.json").write_bytes(b"{}")
    assert download("--yes") == 0
    assert sorted(path.name for path in (out / "transformer").iterdir()) == [
        "config.json",
        "diffusion_pytorch_model-00001-of-00002.safetensors",
        "diffusion_pytorch_model-00002-of-00002.safetensors",
        "diffusion_pytorch_model.safetensors.index.json",
    ]


def test_a_damaged_file_is_fetched_again_and_twice_is_told(fake, out, capsys):
    fake.damages[FIRST_SHARD] = 2
    assert download("--yes") == 2
    assert f"{FIRST_SHARD} of {REPOSITORY} came damaged twice" in refusal(capsys)
    assert not out.exists()
    fake.damages[FIRST_SHARD] = 1
    assert download("--yes") == 0
    assert fake.fetched(FIRST_SHARD) == [""] * 4


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_or_a_yes_nothing_is_fetched(fake, out, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert download() == 2
    assert "add --yes" in refusal(capsys)
    for answer in ("n\n", ""):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert download() == 2
        assert "nothing was fetched" in refusal(capsys)
    assert weights_asked(fake) == []
    assert left(out) == []
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert download() == 0
    assert home.present(NAME) == out


def test_a_gated_repository_is_told_before_anything_is_asked(fake, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    fake.gated.add(REPOSITORY)
    assert download() == 2
    assert f"{REPOSITORY} is gated: accept its licence at {fake.endpoint}/{REPOSITORY}" in (
        refusal(capsys)
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda folder: (folder / "model_index.json").unlink(), "has no model_index.json"),
        (lambda folder: shutil.rmtree(folder / "vae"), "has no settings in vae/"),
        (
            lambda folder: [path.unlink() for path in (folder / "vae").glob("*.safetensors")],
            "has no safetensors in vae/",
        ),
        (
            lambda folder: (folder / "model_index.json").write_text('{"_class_name": "Other"}'),
            f"is no StableAudio3Pipeline, as {NAME} is",
        ),
        (lambda folder: (folder / "model_index.json").write_text("["), "that cannot be read"),
    ],
)
def test_a_repository_in_another_form_is_told_with_what_would_do(fake, out, capsys, wrong, told):
    wrong(fake.folder / REPOSITORY)
    assert download("--yes") == 2
    line = refusal(capsys)
    assert f"{REPOSITORY} {told}" in line or told in line
    assert "with --repository" in line
    assert str(out) in line
    assert weights_asked(fake) == []


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(fake, capsys, monkeypatch):
    disk = namedtuple("disk", "total used free")(9000, 0, 9000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    assert download("--yes") == 2
    assert "has 9 kB free and" in refusal(capsys)
    assert weights_asked(fake) == []


@pytest.mark.usefixtures("fake")
def test_two_downloads_of_one_model_do_not_meet(out, capsys):
    home.store(out).mkdir(parents=True)
    with FileLock(home.store(out) / home.LOCK):
        assert download("--yes") == 2
        assert f"another download to {out} is under way" in refusal(capsys)


def test_a_model_of_transformers_is_its_repository_itself(fake, tmp_path, capsys):
    whole = find("captioner")
    folder = fake.folder / "me" / "words"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"architectures": [whole.pipeline]}))
    names = ["vocab.txt", "model.safetensors", "tf_model.h5", "pytorch_model.bin"]
    for name in names:
        (folder / name).write_text(name)
    assert download("--yes", "--repository", "me/words", name="captioner") == 0
    place = tmp_path / "cache" / "models" / "captioner"
    assert home.present("captioner") == place
    assert sorted(path.name for path in place.iterdir()) == [
        "config.json", "model.safetensors", "sources.json", "vocab.txt",
    ]  # fmt: skip
    assert download("--yes", "--repository", "me/words", name="captioner") == 0
    assert "there already" in capsys.readouterr().out
    with pytest.raises(FileNotFoundError, match="there is no model 'captioner'"):
        home.model_folder("captioner")  # it renders nothing


def test_a_model_that_nobody_knows_is_told_with_those_that_are(capsys):
    with pytest.raises(SystemExit) as left:
        download(name="gpt")
    assert left.value.code == 2
    assert "choose from 'base', 'stable-audio-3-small'" in capsys.readouterr().err


def test_the_command_explains_itself_without_what_fetches():
    program = (
        "import sys; from melfusion.cli import main\n"
        f"try: main(['download', {NAME!r}, '--help'])\n"
        "finally: print(sorted({'torch', 'diffusers', 'httpx2', 'scipy'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr
    assert "--repository" in ended.stdout
    assert "Stability AI Community License" in " ".join(ended.stdout.split())
