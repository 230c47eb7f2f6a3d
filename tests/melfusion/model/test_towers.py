"""The frozen towers: real words, real pictures."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from melfusion.model.towers import TOKENS, EfficientNetTower, MiniLMTower

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
VALLEY = 979
"""ImageNet's number for it."""


def test_words_become_token_states_again_and_again() -> None:
    tower = MiniLMTower()
    short, long = tower("dark techno"), tower("warm " * 100)
    assert short.shape == long.shape == (TOKENS, 384)
    assert torch.equal(short[:4], short[4:8])
    assert len(torch.unique(short, dim=0)) == 4
    assert len(torch.unique(long, dim=0)) == TOKENS
    assert torch.equal(tower(" "), torch.zeros(TOKENS, 384))


def test_reading_words_leaves_nothing_to_be_told_to_others(tmp_path: Path) -> None:
    """onnxruntime keeps what it tells its maker in the home folder until there is a network."""
    code = "from melfusion.model.towers import MiniLMTower; print(MiniLMTower()('dark').shape)"
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []


def test_words_of_like_meaning_are_nearer() -> None:
    tower = MiniLMTower()
    happy, glad, engine = (
        tower.tokens(text).mean(0) for text in ("happy music", "joyful song", "diesel engine")
    )
    near = happy @ glad / np.linalg.norm(happy) / np.linalg.norm(glad)
    far = happy @ engine / np.linalg.norm(happy) / np.linalg.norm(engine)
    assert near > far + 0.2


def test_a_picture_becomes_as_many_tokens_as_words_have(capsys) -> None:  # type: ignore[no-untyped-def]
    tower = EfficientNetTower()
    left = Image.new("RGB", (300, 200), "black")
    left.paste(Image.radial_gradient("L").resize((150, 200)), (0, 0))
    tokens = tower(left)
    assert tokens.shape == (TOKENS, 1280)
    grid = tokens.reshape(6, 6, 1280)
    inside = (grid[:, 4] - grid[:, 5]).abs().mean()
    across = (grid[:, 1] - grid[:, 5]).abs().mean()
    assert across > inside
    assert capsys.readouterr().out == ""


def test_the_classes_of_a_picture_are_probabilities() -> None:
    with Image.open(EXAMPLES / "stream.jpg") as stream:
        likely = EfficientNetTower().probabilities(stream)
    assert likely.shape == (1000,)
    assert abs(likely.sum() - 1) < 1e-4
    assert likely.argmax() == VALLEY
