import pytest

from melfusion.backends.contract import Ability
from melfusion.catalogue import HALF, MODELS, SINGLE, amount, find, needed


def test_models_are_found_by_name_and_no_two_have_one():
    assert [find(model.name) for model in MODELS] == list(MODELS)
    assert find("gpt") is None
    assert [model.name for model in MODELS if not model.renders] == ["captioner"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_what_a_model_tells_of_itself_holds_together(model):
    assert model.largest <= model.parameters
    assert bool(model.repository) == (model.name not in ("mini", "base"))
    assert model.abilities <= {"stems", *Ability}
    # Weights come in half or in single precision.
    assert model.name == "mini" or 1.8 < model.download / model.parameters < 4.1
    assert model.memory(HALF, offload=True) <= model.memory(HALF) < model.memory(SINGLE)


def test_memory_is_weights_room_and_libraries():
    assert needed(1000, HALF, room=500) == needed(0, HALF, room=0) + 3000
    assert needed(1000, SINGLE, room=500) == needed(0, HALF, room=0) + 6000


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (49_543_789, "50 MB"), (12e9, "12.0 GB")],
)
def test_sizes_are_told_in_powers_of_a_thousand(size, told):
    assert amount(size) == told
