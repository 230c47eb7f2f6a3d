"""Half precision where a device multiplies faster in it."""

import torch


def half(device: str) -> torch.autocast:
    """Arithmetic in bfloat16, which these networks bear, where the device has units for it.

    A processor without them would imitate it, many times slower than single precision.

    Args:
        device: kind of a torch device: cpu, cuda, mps.

    Returns:
        A context.
    """
    units = device != "cpu" or torch.cpu._is_amx_tile_supported()
    units = units or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, dtype=torch.bfloat16, enabled=units)
