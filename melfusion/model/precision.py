"""Half precision where a device multiplies faster in it."""

import torch
from torch import nn


def half(device: str) -> torch.autocast:
    """Arithmetic in bfloat16, which these networks bear, where the device has units for it.

    A processor without them would imitate it, many times slower than single precision.

    Args:
        device: kind of a torch device: cpu, cuda, mps; the last stays in single precision.

    Returns:
        A context.
    """
    return torch.autocast(device, dtype=torch.bfloat16, enabled=_has_units(device))


def rounded(network: nn.Module, device: str = "cpu") -> nn.Module:
    """Rounds what a network multiplies by, once, as `half` would in every run.

    The result of a run within `half` is the same, bit for bit; a step of mini's denoiser takes a
    tenth less. A network that is to be trained or saved again is better left alone.

    Args:
        network: changed in place.
        device: as in `half`.

    Returns:
        The network.
    """
    if _has_units(device):
        for layer in network.modules():
            if isinstance(layer, nn.Linear | nn.Conv1d):
                layer.to(torch.bfloat16)
    return network


def _has_units(device: str) -> bool:
    if device == "cpu":
        return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    return device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
