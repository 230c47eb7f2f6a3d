"""Kernel distance of embeddings, KAD: an unbiased estimate that few samples do not inflate.

Chung et al., 2025 (arXiv 2502.15602): the squared maximum mean discrepancy (Gretton et al., JMLR
2012, eq. 3) with a Gaussian kernel as wide as the median distance within the reference, times 100,
as in the authors' toolkit.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist, pdist

from .score import Array, Score, Sets, bootstrapped

SCALE = 100.0


class KernelDistance:
    """Squared maximum mean discrepancy of a reference and of what was rendered; may be below 0."""

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
        """The distance; with `rounds` of bootstrap over what was rendered.

        Raises:
            ValueError: the reference is one sample over and over, which gives no width.
        """
        reference, rendered = self._sets.get("reference"), self._sets.get("rendered")
        width = float(np.median(pdist(reference)))
        if width == 0:
            raise ValueError("reference: more than half of its samples are the same")
        among_reference = _mean_of_pairs(_kernel(reference, reference, width))
        across = _kernel(reference, rendered, width).mean(0)
        among_rendered = _kernel(rendered, rendered, width)

        def distance(chosen: np.ndarray) -> float:
            # A sample drawn twice is no pair with itself: such pairs count as little as a diagonal.
            pairs = chosen[:, None] != chosen[None]
            within = among_rendered[np.ix_(chosen, chosen)][pairs].mean()
            return float(SCALE * (among_reference + within - 2 * across[chosen].mean()))

        return bootstrapped(distance, len(rendered), rounds)


def _kernel(first: Array, second: Array, width: float) -> Array:
    kernel: Array = np.exp(-cdist(first, second, "sqeuclidean") / (2 * width**2))
    return kernel


def _mean_of_pairs(kernel: Array) -> float:
    """Mean over all pairs of two different samples."""
    count = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))
