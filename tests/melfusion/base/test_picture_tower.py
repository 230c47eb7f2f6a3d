"""The picture tower: what is recorded, how it is pooled and kept, and that inversion inverts."""

from pathlib import Path

import pytest
import torch

from melfusion.base.music_unet import MusicUNet
from melfusion.base.picture_tower import PictureFeatures, grid, pooled
from tests.melfusion.base.tiny import SHAPE, TOKENS, image_unet, tower


def _pixels(seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.rand(3, 64, 64) * 2 - 1


@pytest.mark.parametrize(
    ("tokens", "rows_columns"), [(64, (8, 8)), (6, (2, 3)), (77, (7, 11)), (13, (1, 13))]
)
def test_the_grid_is_as_square_as_can_be(tokens: int, rows_columns: tuple[int, int]) -> None:
    assert grid(tokens) == rows_columns


def test_pooling_is_over_rectangles_of_the_picture_and_never_over_channels() -> None:
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(4.0), indexing="ij")
    features = torch.stack([rows.flatten(), 100 * columns.flatten()], -1)[None]
    expected = [[0.5, 50.0], [0.5, 250.0], [2.5, 50.0], [2.5, 250.0]]
    assert pooled(features, 4)[0].tolist() == expected


def test_the_keys_and_values_are_those_of_the_self_attention() -> None:
    own = tower()
    name, recorder = next(iter(own.recorders.items()))
    layer, heard = own.unet.get_submodule(name), []
    layer.register_forward_hook(lambda _layer, inputs, _output: heard.append(inputs[0]))
    own.denoise(torch.randn(1, 4, 8, 8))
    assert torch.allclose(recorder.kept[0], pooled(layer.to_k(heard[-1]), TOKENS), atol=1e-6)
    assert torch.allclose(recorder.kept[1], pooled(layer.to_v(heard[-1]), TOKENS), atol=1e-6)


@torch.no_grad()
def test_recording_leaves_the_image_model_as_it_is() -> None:
    plain, own = image_unet(), tower()
    torch.manual_seed(9)
    given = torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 5, 12)
    assert torch.equal(own.unet(*given).sample, plain(*given).sample)


def test_there_are_features_for_every_synapse_at_every_step() -> None:
    features, music = tower()(_pixels()), MusicUNet(shape=SHAPE)
    assert features.layers.keys() == music.synapses.keys()
    assert features.timesteps.tolist() == [751, 501, 251, 1]
    for layer, synapse in music.synapses.items():
        for tensor in features.layers[layer]:
            assert tensor.shape == (4, TOKENS, synapse.width)


def test_the_nearest_recorded_step_is_heard() -> None:
    steps = torch.tensor([751, 501, 251, 1])
    rows = torch.arange(4.0)[:, None, None]
    got = PictureFeatures(steps, {"l": (rows, rows + 10)}).at(torch.tensor([999, 400, 0]), rows)[
        "l"
    ]
    assert got[0].flatten().tolist() == [0, 1, 3]
    assert got[1].flatten().tolist() == [10, 11, 13]


def test_one_run_records_what_the_whole_way_recorded() -> None:
    own = tower()
    pictures = torch.stack([_pixels(), _pixels(1)])
    timesteps, path = own.path(pictures)
    assert path.shape == (2, 4, 4, 8, 8)
    whole = [own(pixels) for pixels in pictures]
    assert torch.equal(timesteps, whole[0].timesteps)
    recorded = own.record(torch.stack([path[0, 1], path[1, 3]]), timesteps[[1, 3]])
    for layer, (key, value) in recorded.items():
        for features, step, number in ((whole[0], 1, 0), (whole[1], 3, 1)):
            assert torch.allclose(key[number], features.layers[layer][0][step].float(), atol=5e-3)
            assert torch.allclose(value[number], features.layers[layer][1][step].float(), atol=5e-3)


def test_inversion_inverts_the_better_the_more_steps() -> None:
    own = tower()
    torch.manual_seed(0)
    latents, errors = torch.randn(1, 4, 8, 8), []
    for steps in (20, 80, 320):
        again, recorded = own.denoise(own.invert(latents, steps), steps)
        assert len(recorded) == steps
        errors.append(((again - latents).norm() / latents.norm()).item())
    # Euler's method is of first order: a quarter of the step, a quarter of the error. Weights drawn
    # at random, as here, bend the way far more than trained ones do.
    assert errors[2] < 0.06
    assert errors[1] / errors[2] > 3


def test_a_picture_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, calls = tower(cache=tmp_path), []
    monkeypatch.setattr(
        own, "invert", lambda *given, made=own.invert: calls.append(1) or made(*given)
    )
    first, other = own(_pixels()), own(_pixels(1))
    assert own(_pixels()) is first
    assert len(calls) == 2
    assert not torch.equal(
        *(next(iter(features.layers.values()))[0] for features in (first, other))
    )
    later = tower(cache=tmp_path)
    monkeypatch.setattr(later, "invert", None)
    kept = later(_pixels())
    for layer, tensors in first.layers.items():
        assert all(map(torch.equal, tensors, kept.layers[layer]))


def test_another_number_of_steps_is_another_thing_to_keep(tmp_path: Path) -> None:
    tower(cache=tmp_path)(_pixels())
    tower(cache=tmp_path, steps=5)(_pixels())
    assert len(list(tmp_path.iterdir())) == 2
