"""How large the trained parts are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Widths and depths; the defaults are those of `mini`."""

    latent_size: int = 128
    denoiser_width: int = 320
    denoiser_depth: int = 8
    denoiser_heads: int = 5
    decoder_width: int = 320
    decoder_depth: int = 4


MINI = Size()
