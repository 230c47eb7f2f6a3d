"""Frechet distance of embeddings: FAD where the embedder is VGGish, FD where it is PANNs'.

Kilgour et al., Interspeech 2019, after Heusel et al., NeurIPS 2017. The distance of few samples is
too large by about c / N; FAD-infinity (Chong and Forsyth, CVPR 2020; Gui et al., ICASSP 2024) draws
sets of several sizes, fits a line over 1 / N and reads it where N is infinite.
"""

import numpy as np
from numpy.typing import ArrayLike

from .score import Array, Score, Sets, bootstrapped

SIZES, DRAWS = 8, 4
"""Sizes of set that FAD-infinity looks at, and sets of each."""


class FrechetDistance:
    """Distance between the Gaussians of a reference and of what was rendered."""

    def __init__(self) -> None:
        self._sets = Sets("reference", "rendered")

    def update(
        self, *, reference: ArrayLike | None = None, rendered: ArrayLike | None = None
    ) -> None:
        """Adds embeddings, [n, d] or [d], to either set or to both."""
        for name, rows in (("reference", reference), ("rendered", rendered)):
            if rows is not None:
                self._sets.add(name, rows)

    def compute(self, rounds: int = 0) -> Score:
        """The distance; with `rounds` of bootstrap over what was rendered."""
        reference, rendered = self._sets.get("reference"), self._sets.get("rendered")
        fixed = _moments(reference)
        return bootstrapped(
            lambda chosen: frechet(fixed, _moments(rendered[chosen])), len(rendered), rounds
        )

    def compute_infinity(self, rounds: int = 0, seed: int = 0) -> Score:
        """The distance that infinitely many rendered samples would have.

        Raises:
            ValueError: there are fewer than 16 rendered samples.
        """
        reference, rendered = self._sets.get("reference"), self._sets.get("rendered", 16)
        fixed = _moments(reference)

        def infinite(chosen: np.ndarray) -> float:
            rng = np.random.default_rng(seed)
            sizes = np.linspace(len(chosen) // 4, len(chosen), SIZES).round().astype(int)
            sizes = np.repeat(sizes, DRAWS)
            distances = [
                frechet(fixed, _moments(rendered[rng.choice(chosen, size, replace=False)]))
                for size in sizes
            ]
            return float(np.polyfit(1 / sizes, distances, 1)[1])

        return bootstrapped(infinite, len(rendered), rounds, seed)


def frechet(first: tuple[Array, Array], second: tuple[Array, Array]) -> float:
    """Frechet distance of two Gaussians.

    Args:
        first: mean [d] and covariance [d, d].
        second: the same.

    Returns:
        |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), at least 0.
    """
    (mean_1, covariance_1), (mean_2, covariance_2) = first, second
    # C1 C2 has the eigenvalues of R C2 R with R the root of C1, which is symmetric: all are real.
    values, vectors = np.linalg.eigh(covariance_1)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(root @ covariance_2 @ root).clip(min=0)).sum()
    apart = np.square(mean_1 - mean_2).sum()
    return max(0.0, float(apart + np.trace(covariance_1) + np.trace(covariance_2) - 2 * shared))


def _moments(rows: Array) -> tuple[Array, Array]:
    return rows.mean(0), np.atleast_2d(np.cov(rows, rowvar=False))
