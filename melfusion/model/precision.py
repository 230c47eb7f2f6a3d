"""Half precision where a device multiplies faster in it."""

import torch


def half(device: str) -> torch.autocast:
    """Arithmetic in bfloat16, which these networks bear, where the device has units for it.

    A processor without them would imitate it, many times slower than single precision.

    Args:
        device: kind of a torch device: cpu, cuda, mps; the last stays in single precision.

    Returns:
        A context.
    """
    units = False
    if device == "cpu":
        units = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    elif device == "cuda":
        units = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.autocast(device, dtype=torch.bfloat16, enabled=units)
