"""The spectrogram that AudioLDM's autoencoder and vocoder speak.

16 kHz, windows of 1,024 samples every 160, 64 mel bands of Slaney's to 8 kHz, natural logarithm of
magnitudes; Liu et al., ICML 2023, after Tacotron 2.
"""

from functools import lru_cache

import torch
from torch import Tensor
from transformers.audio_utils import mel_filter_bank

RATE, WINDOW, HOP, BANDS, TOP_HZ = 16000, 1024, 160, 64, 8000.0
FLOOR = 1e-5


def log_mel(audio: Tensor) -> Tensor:
    """Log mel magnitudes.

    Args:
        audio: [B, N] at 16 kHz, N a multiple of 160.

    Returns:
        [B, N / 160, 64].
    """
    spectrum = torch.stft(
        audio,
        WINDOW,
        HOP,
        window=torch.hann_window(WINDOW, device=audio.device),
        pad_mode="reflect",
        return_complex=True,
    ).abs()
    mel = spectrum[..., : audio.shape[-1] // HOP].transpose(1, 2) @ _filters().to(audio)
    return mel.clamp(min=FLOOR).log()


@lru_cache
def _filters() -> Tensor:
    """[513, 64] float32."""
    filters = mel_filter_bank(
        WINDOW // 2 + 1, BANDS, 0.0, TOP_HZ, RATE, norm="slaney", mel_scale="slaney"
    )
    return torch.from_numpy(filters).float()
