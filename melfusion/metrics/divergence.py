"""Kullback-Leibler divergence of what a classifier hears in pairs of reference and render.

As in AudioGen (Kreuk et al., ICLR 2023) and in the paper's table, where the classifier is PANNs'
Cnn14: the softmax of its logits, mean over the pairs of KL(reference || rendered).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_softmax

from .score import Score, Sets, bootstrapped


class Divergence:
    """Mean divergence of pairs."""

    def __init__(self) -> None:
        self._sets = Sets("reference", "rendered")

    def update(self, *, reference: ArrayLike, rendered: ArrayLike) -> None:
        """Adds pairs of logits, [n, classes] or [classes] each, in the same order.

        Raises:
            ValueError: there are not as many of the one as of the other.
        """
        if np.shape(reference) != np.shape(rendered):
            raise ValueError(f"pairs: {np.shape(reference)} is not {np.shape(rendered)}")
        self._sets.add("reference", reference)
        self._sets.add("rendered", rendered)

    def compute(self, rounds: int = 0) -> Score:
        """The mean; with `rounds` of bootstrap over the pairs."""
        true = log_softmax(self._sets.get("reference", 1), axis=1)
        heard = log_softmax(self._sets.get("rendered", 1), axis=1)
        divergences = (np.exp(true) * (true - heard)).sum(1)
        return bootstrapped(lambda chosen: divergences[chosen].mean(), len(divergences), rounds)
