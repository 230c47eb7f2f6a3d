"""Models over OSC: which there are, which one renders, and what a loop is made of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from melfusion.catalogue import MODELS
from melfusion.home import VARIABLE
from server.model_messages import ModelEvent, ModelsListed
from server.protocol import Fail, Rendered

from .conftest import Peer, Run


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with one that is known, and one that nobody knows."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    for name in ("ace-step-1.5", "of my own"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "model_index.json").write_text("{}" + " " * 2_000_000)
    return tmp_path / "models"


async def listed(peer: Peer) -> dict[str, ModelEvent]:
    peer.send("/melfusion/models/list", 70)
    found: dict[str, ModelEvent] = {}
    while not isinstance(message := await peer.receive(), ModelsListed):
        if isinstance(message, ModelEvent):
            found[message.name] = message
    assert message.models == len(found)
    return found


async def test_models_are_listed_with_what_they_need(peer: Peer) -> None:
    found = await listed(peer)
    assert list(found) == [*(model.name for model in MODELS if model.renders), "of my own"]
    assert "captioner" not in found
    here = {name for name, model in found.items() if model.here}
    assert here == {"mini", "ace-step-1.5", "of my own"}
    assert found["of my own"].size_mb == found["ace-step-1.5"].size_mb == 2
    assert found["stable-audio-3-small"].size_mb > 1000
    assert (found["mini"].told, found["ace-step-1.5"].told) == (0, 1)
    assert found["mini"].able == ""
    assert set(found["ace-step-1.5"].able.split()) == {"variation", "continuation"}
    assert "GB on a GPU" in found["ace-step-1.5"].memory
    assert all(model.licence and model.use for model in found.values() if model.size_mb > 2)


async def test_a_model_that_is_not_there_is_refused_with_what_to_do(peer: Peer) -> None:
    for name, reason in (
        ("stable-audio-3-small", "`melfusion-live models download stable-audio-3-small`"),
        ("nope", "those that are here: mini, ace-step-1.5, of my own"),
        ("../models/of my own", "is unknown"),
        ("/etc", "is unknown"),
        ("captioner", "is unknown"),
    ):
        fail = await peer.ask("/melfusion/render", 1, "prompt", "x", "model", name)
        assert isinstance(fail, Fail)
        assert fail.reason.startswith(f"model: {name} ")
        assert reason in fail.reason


async def test_a_model_of_ones_own_renders(peer: Peer) -> None:
    done = await peer.ask("/melfusion/render", 1, "prompt", "x", "model", "of my own")
    assert isinstance(done, Rendered)
    scene = await peer.ask("/melfusion/scene", 2, "prompt", "x", "model", "nope")
    assert isinstance(scene, Fail)
    assert scene.reason.startswith("model: nope is unknown")


async def test_a_clip_is_made_of_another_by_its_id(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server() as address:
        peer = peers(address)
        first = await peer.ask("/melfusion/render", 1, "prompt", "x")
        asked = ("prompt", "x", "seed", 2, "source", first.clip)
        refused = await peer.ask("/melfusion/render", 2, *asked, "model", "mini")
        assert refused.reason.startswith("model: mini makes no variation of a loop: name one of")
        made = await peer.ask("/melfusion/render", 3, *asked, "model", "ace-step-1.5")
        assert isinstance(made, Rendered)
        clip = await peer.ask("/melfusion/clips/list", 4, "clip", made.clip)
        assert clip.clips == 1
