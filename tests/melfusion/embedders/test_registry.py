"""The list of embedders: names, contract, and who is there on a machine without any weights."""

from pathlib import Path

import pytest

from melfusion.embedders import registry
from melfusion.embedders.contract import AudioEmbedder
from tests.melfusion.embedders.states import use_folder


@pytest.fixture
def _no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_folder(tmp_path, monkeypatch)


@pytest.mark.usefixtures("_no_weights")
def test_what_needs_no_weights_of_the_users_is_always_there() -> None:
    hearing = [embedder.about.name for embedder in registry.present(registry.audio_embedders())]
    seeing = [embedder.about.name for embedder in registry.present(registry.picture_embedders())]
    assert hearing == ["musicnn-msd", "musicnn-mtt", "frozen-music"]
    assert seeing == ["frozen-pictures"]


@pytest.mark.usefixtures("_no_weights")
def test_everyone_keeps_the_contract() -> None:
    everyone = [*registry.audio_embedders(), *registry.picture_embedders()]
    assert len({embedder.about.name for embedder in everyone}) == len(everyone)
    for embedder in everyone:
        assert embedder.senses
        assert embedder.about.source
        assert embedder.about.licence
        lack = embedder.available()
        assert lack == "" or (lack.endswith(".") and "\n" not in lack)
        if isinstance(embedder, AudioEmbedder):
            assert embedder.rate in (16000, 32000, 48000)


def test_an_embedder_is_found_by_name() -> None:
    assert registry.named("panns-32k").about.name == "panns-32k"
    with pytest.raises(ValueError, match="no embedder 'ear', only vggish, panns-16k"):
        registry.named("ear")
