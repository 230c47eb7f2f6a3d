import json

import pytest
import torch
from diffusers import UNet2DConditionModel
from transformers import T5EncoderModel

from melfusion.base import conversion
from melfusion.base.assembly import Settings, check_spectrogram, check_widths
from melfusion.base.conversion import ConversionError
from melfusion.base.music_unet import CONVEX, DECOUPLED, MusicUNet
from tests.melfusion.base import original, tiny


def close(a, b):
    return torch.allclose(a, b, rtol=1e-5, atol=1e-5)


def without_vocoder(state):
    return {key: x for key, x in state.items() if not key.startswith(conversion.VOCODER)}


@pytest.fixture(scope="module")
def sound():
    torch.manual_seed(1)
    return original.Sound().eval()


@torch.no_grad()
def test_the_autoencoder_does_what_the_original_does(sound):
    vae = conversion.spectrogram_vae(without_vocoder(sound.state_dict()), original.CONFIG)
    mel = torch.randn(2, 1, 32, 16)
    mean, _ = sound.quant_conv(sound.encoder(mel)).chunk(2, 1)
    assert mean.std() > 0.01
    assert close(vae.encode(mel).latent_dist.mean, mean)
    z = torch.randn(2, original.LATENT, 8, 4)
    assert close(vae.decode(z).sample, sound.decoder(sound.post_quant_conv(z)))
    assert vae.config.scaling_factor == original.CONFIG["scale_factor"]


@torch.no_grad()
@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated:FutureWarning")
@pytest.mark.parametrize("form", ["plain", "old", "new"])
def test_the_vocoder_does_what_the_original_does(form):
    torch.manual_seed(2)
    normed = {
        "plain": lambda layer: layer,
        "old": original.old_weight_norm,
        "new": original.new_weight_norm,
    }[form]
    sound = original.Sound(normed).eval()
    state = sound.vocoder.state_dict()
    assert any("_g" in key or "original0" in key for key in state) == (form != "plain")
    made = conversion.vocoder(state)
    mel = torch.randn(2, 9, 64)
    wave = sound.vocoder(mel)
    assert wave.std() > 0.003
    assert close(made(mel), wave)


def test_an_autoencoder_of_another_kind_is_told(sound):
    state = without_vocoder(sound.state_dict())
    with pytest.raises(ConversionError, match="plain kind"):
        conversion.spectrogram_vae(state, {**original.CONFIG, "subband": 4})
    with pytest.raises(ConversionError, match="lack 'scale_factor'"):
        conversion.vae_settings({k: x for k, x in original.CONFIG.items() if k != "scale_factor"})
    lacking = {key: x for key, x in state.items() if key != "decoder.up.1.block.0.conv1.weight"}
    with pytest.raises(ConversionError, match=r"1 missing \(decoder.up_blocks.1.resnets.0.conv1"):
        conversion.spectrogram_vae(lacking, original.CONFIG)
    with pytest.raises(ConversionError, match="only"):
        conversion.spectrogram_vae({**state, "stranger.weight": torch.ones(1)}, original.CONFIG)
    # What a discriminator left behind is none of the autoencoder's.
    conversion.spectrogram_vae({**state, "loss.logvar": torch.ones(1)}, original.CONFIG)


def test_a_vocoder_of_another_kind_is_told(sound):
    state = sound.vocoder.state_dict()
    with pytest.raises(ConversionError, match="1 unexpected"):
        conversion.vocoder({**state, "ups.5.weight": torch.ones(1, 1, 1)})
    with pytest.raises(ConversionError, match="of another shape"):
        conversion.vocoder({**state, "ups.0.weight": state["ups.0.weight"][..., :4]})
    with pytest.raises(ConversionError, match="no conv_pre"):
        conversion.vocoder({})


def published():
    """A music U-Net as diffusers itself names it, without synapses."""
    torch.manual_seed(3)
    shape = {"in_channels": 8, "out_channels": 8, "upcast_attention": True, **tiny.SHAPE}
    return UNet2DConditionModel(**shape).eval()


@torch.no_grad()
@pytest.mark.parametrize("synapse", [CONVEX, DECOUPLED])
def test_the_music_model_without_a_picture_is_the_published_one(synapse):
    unet = published()
    music = conversion.music_unet(unet.state_dict(), synapse, tiny.SHAPE)
    latents, text = torch.randn(1, 8, 8, 4), torch.randn(1, tiny.TOKENS, tiny.TEXT)
    step = torch.tensor(300)
    assert close(music(latents, step, text), unet(latents, step, text).sample)
    fresh = MusicUNet(synapse, conversion.UNTRAINED_ALPHA, tiny.SHAPE)
    built = {k: x for k, x in fresh.state_dict().items() if ".processor." in k}
    assert len(built) == (1 if synapse == CONVEX else 3) * len(fresh.synapses)
    assert all(torch.equal(music.state_dict()[k], x) for k, x in built.items())


def test_a_music_model_that_does_not_fit_is_told_in_one_line():
    state = published().state_dict()
    state["group_in.0.weight"] = torch.ones(1)
    del state["conv_out.bias"]
    state["conv_in.weight"] = state["conv_in.weight"][:, :4]
    with pytest.raises(ConversionError) as caught:
        conversion.music_unet(state, CONVEX, tiny.SHAPE)
    told = str(caught.value)
    assert "\n" not in told
    assert "1 missing (conv_out.bias)" in told
    assert "1 unexpected (group_in.0.weight)" in told
    assert "1 of another shape (conv_in.weight [8, 4, 3, 3] for [8, 8, 3, 3])" in told


@torch.no_grad()
@pytest.mark.parametrize("lost", ["shared.weight", "encoder.embed_tokens.weight", ""])
def test_the_text_encoder_is_the_published_one(lost):
    encoder = tiny.text_encoder()
    state = {k: x for k, x in encoder.state_dict().items() if k != lost}
    made = conversion.text_encoder(state, encoder.config)
    assert isinstance(made, T5EncoderModel)
    ids = torch.tensor([[5, 3, 1]])
    assert close(made(ids).last_hidden_state, encoder(ids).last_hidden_state)
    with pytest.raises(ConversionError, match="1 missing"):
        conversion.text_encoder(
            {k: x for k, x in state.items() if "final" not in k}, encoder.config
        )


def test_the_schedule_is_that_of_the_model_that_is_named():
    scheduler = conversion.music_scheduler("stabilityai/stable-diffusion-2-1")
    assert scheduler.config.prediction_type == "v_prediction"
    assert scheduler.config.timestep_spacing == "trailing"
    assert torch.equal(scheduler.alphas_cumprod, tiny.image_scheduler().alphas_cumprod)
    plain = conversion.music_scheduler("runwayml/stable-diffusion-v1-5")
    assert plain.config.prediction_type == "epsilon"
    with pytest.raises(ConversionError, match="'a/b'"):
        conversion.music_scheduler("a/b")


def test_parts_that_do_not_fit_each_other_are_told():
    stft = {
        "filter_length": 1024, "hop_length": 160, "win_length": 1024, "n_mel_channels": 64,
        "sampling_rate": 16000, "mel_fmin": 0, "mel_fmax": 8000,
    }  # fmt: skip
    check_spectrogram(stft)
    with pytest.raises(ConversionError, match="hop_length 320"):
        check_spectrogram({**stft, "hop_length": 320})
    text, image = tiny.text_encoder().config, dict(tiny.SHAPE)
    check_widths(text, tiny.SHAPE, image)
    with pytest.raises(ConversionError, match="reads 1024"):
        check_widths(text, {}, image)
    with pytest.raises(ConversionError, match="block_out_channels"):
        check_widths(text, tiny.SHAPE, {**image, "block_out_channels": [8, 8]})


def test_settings_that_are_no_json_are_told(tmp_path):
    (tmp_path / "main_config.json").write_text("<html>")
    with pytest.raises(ConversionError, match=r"main_config.json is no JSON"):
        Settings.read(tmp_path, tmp_path, tmp_path)
    (tmp_path / "main_config.json").write_text(json.dumps([1]))
    with pytest.raises(ConversionError, match="holds no settings"):
        Settings.read(tmp_path, tmp_path, tmp_path)
