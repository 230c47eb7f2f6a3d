"""Frechet distance of embeddings: FAD where the embedder is VGGish, FD where it is PANNs'.

Kilgour et al., Interspeech 2019, after Heusel et al., NeurIPS 2017. The distance of few samples is
too large by about c / N; FAD-infinity (Chong and Forsyth, CVPR 2020; Gui et al., ICASSP 2024) draws
sets of several sizes, fits a line over 1 / N and reads it where N is infinite.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .score import Array, Score, Sets, bootstrapped

SIZES, DRAWS = 8, 4
"""Sizes of set that FAD-infinity looks at, and sets of each."""
LEAST_FOR_INFINITY = 16

Indices = NDArray[np.intp]


class FrechetDistance:
    """Distance between the Gaussians of a reference and of what was rendered.

    Args:
        by_recording: every `update` is one recording of as many windows as it has rows: what is
            counted and drawn is recordings then, for windows of one are no independent samples.
    """

    def __init__(self, by_recording: bool = False) -> None:
        self._sets = Sets("reference", "rendered")
        self._by_recording = by_recording

    def update(
        self, *, reference: ArrayLike | None = None, rendered: ArrayLike | None = None
    ) -> None:
        """Adds embeddings, [n, d] or [d], to either set or to both."""
        for name, rows in (("reference", reference), ("rendered", rendered)):
            if rows is not None:
                self._sets.add(name, rows)

    def compute(self, rounds: int = 0) -> Score:
        """The distance; with `rounds` of bootstrap over what was rendered."""
        distance, samples = self._prepared(2)
        return bootstrapped(
            lambda chosen: distance(_joined(samples, chosen)), len(samples), rounds, centred=True
        )

    def compute_infinity(self, rounds: int = 0, seed: int = 0) -> Score:
        """The distance that infinitely many rendered samples would have.

        Raises:
            ValueError: there are fewer than LEAST_FOR_INFINITY rendered samples.
        """
        distance, samples = self._prepared(LEAST_FOR_INFINITY)

        def infinite(chosen: Indices) -> float:
            rng = np.random.default_rng(seed)
            sizes = np.linspace(len(chosen) // 4, len(chosen), SIZES).round().astype(int)
            sizes = np.repeat(sizes, DRAWS)
            distances = [
                distance(_joined(samples, rng.choice(chosen, size, replace=False)))
                for size in sizes
            ]
            return float(np.polyfit(1 / sizes, distances, 1)[1])

        return bootstrapped(infinite, len(samples), rounds, seed, centred=True)

    def _prepared(self, least: int) -> tuple[Callable[[Indices], float], list[Indices]]:
        """What measures chosen rows of the rendered, and which rows each rendered sample has."""
        reference, rendered = self._sets.get("reference"), self._sets.get("rendered")
        samples = self._sets.batches("rendered")
        if not self._by_recording:
            samples = list(np.arange(len(rendered))[:, None])
        if len(samples) < least:
            raise ValueError(f"rendered: needs at least {least} samples, has {len(samples)}")
        if max(len(reference), len(rendered)) <= rendered.shape[1]:
            return _by_products(reference, rendered), samples
        fixed = _moments(reference)
        return lambda rows: frechet(fixed, _moments(rendered[rows])), samples


def _by_products(reference: Array, rendered: Array) -> Callable[[Indices], float]:
    """The distance where rows are fewer than they are wide: the same number for far less work.

    With the centred rows A of one set and B of the other, tr (C1 C2)^(1/2) is the sum of the
    singular values of A B^T, which is as small as the sets are.
    """
    mean = reference.mean(0)
    centred = (reference - mean) / np.sqrt(len(reference) - 1)
    spread, products = np.square(centred).sum(), centred @ rendered.T

    def distance(rows: Indices) -> float:
        chosen, across = rendered[rows], products[:, rows]
        across = (across - across.mean(1, keepdims=True)) / np.sqrt(len(rows) - 1)
        shared = np.linalg.svd(across, compute_uv=False).sum()
        apart = np.square(mean - chosen.mean(0)).sum()
        return max(0.0, float(apart + spread + chosen.var(0, ddof=1).sum() - 2 * shared))

    return distance


def _joined(samples: Sequence[Indices], chosen: Indices) -> Indices:
    return np.concatenate([samples[number] for number in chosen])


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
