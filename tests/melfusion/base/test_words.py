"""Words told again and again are the words told once."""

import torch
from diffusers import UNet2DConditionModel

from melfusion.base.words import told_again
from tests.melfusion.base import tiny


@torch.no_grad()
def test_repetition_with_its_bias_is_attention_to_each_token_once() -> None:
    unet = tiny.pipeline().unet.double()
    plain = UNet2DConditionModel(**{**tiny.SHAPE, "in_channels": 8, "out_channels": 8}).double()
    plain.load_state_dict(unet.unet.state_dict(), strict=False)
    latents, timestep = torch.randn(1, 8, 16, 4).double(), torch.tensor([500])
    for count in (1, 4, 5, 6):
        states = torch.randn(count, tiny.TEXT).double()
        expected = plain.eval()(latents, timestep, states[None]).sample
        again, bias = told_again(states, 6)
        got = unet(latents, timestep, again[None], bias[None])
        assert (got - expected).abs().max() < 1e-10
    without = unet(latents, timestep, told_again(torch.randn(4, tiny.TEXT).double(), 6)[0][None])
    assert (without - expected).abs().max() > 1e-4


def test_texts_of_any_length_fill_the_tokens() -> None:
    words = tiny.pipeline().words
    for text in ("", "warm house", "dark techno slow jazz drums alone warm house"):
        states, bias = words(text)
        assert states.shape == (tiny.TOKENS, tiny.TEXT)
        assert bias.shape == (tiny.TOKENS,)
    once = words.encoder(input_ids=torch.tensor([[3, 4, 1]])).last_hidden_state[0]
    states, bias = words("warm house")
    assert torch.allclose(states[3:6], once, atol=1e-6)
    assert torch.allclose(bias, -torch.tensor(2.0).log())


def test_what_was_encoded_is_kept() -> None:
    words = tiny.pipeline().words
    assert words("warm house")[0] is words(" warm house ")[0]
    assert not torch.equal(words("warm house")[0], words("slow jazz")[0])
