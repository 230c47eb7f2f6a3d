"""MeLFusion's main table (Chowdhury et al., CVPR 2024) as published: nothing here was measured.

By data set and model: FAD, KL, FD (lower is better) and IMSM (higher is better); None where the
paper gives no figure.
"""

SOURCE = "as published (CVPR 2024), not measured here"
COLUMNS = ("FAD", "KL", "FD", "IMSM")

Figures = tuple[float | None, float | None, float | None, float | None]
PUBLISHED: dict[str, dict[str, Figures]] = {
    "MusicCaps": {
        "Riffusion": (13.40, 1.19, None, None),
        "MusicLM": (4.00, 1.01, None, None),
        "Mousai": (7.50, 1.59, None, None),
        "MusicGen": (3.40, 1.23, None, None),
        "MusicLM + InstructBLIP": (4.12, 1.18, 25.68, 0.55),
        "TANGO++ (text and image)": (3.05, 1.17, 23.91, 0.68),
        "MeLFusion": (1.12, 0.89, 22.65, 0.76),
    },
    "MeLBench": {
        "Riffusion": (14.06, 1.42, 32.64, None),
        "MusicLM": (3.62, 0.93, 23.44, None),
        "Mousai": (9.13, 1.63, 31.51, None),
        "MusicGen": (3.28, 1.21, 23.60, None),
        "MusicLM + InstructBLIP": (3.88, 1.07, 24.96, 0.63),
        "TANGO++ (text and image)": (2.93, 1.14, 22.16, 0.71),
        "MeLFusion": (1.05, 0.72, 20.49, 0.83),
    },
}
