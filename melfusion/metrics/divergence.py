"""Kullback-Leibler divergence of what a classifier hears in pairs of reference and render.

As in AudioGen (Kreuk et al., ICLR 2023) and in the paper's table, where the classifier is PANNs'
Cnn14: the softmax of its logits, mean over the pairs of KL(reference || rendered).

Tags that are each true or not by themselves are no classes to take a softmax over: for them there
is TagDivergence, another number under a name of its own.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit, log_softmax

from .score import Array, Score, Sets, bootstrapped


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
        divergences = self._divergences(
            self._sets.get("reference", 1), self._sets.get("rendered", 1)
        )
        return bootstrapped(lambda chosen: divergences[chosen].mean(), len(divergences), rounds)

    def _divergences(self, reference: Array, rendered: Array) -> Array:
        """Of every pair: [N, classes] twice -> [N]."""
        return _divergence(log_softmax(reference, axis=1), log_softmax(rendered, axis=1))


class TagDivergence(Divergence):
    """Mean divergence of pairs whose logits are of independent tags, summed over the tags."""

    def _divergences(self, reference: Array, rendered: Array) -> Array:
        true = _divergence(log_expit(reference), log_expit(rendered))
        return true + _divergence(log_expit(-reference), log_expit(-rendered))


def _divergence(true: Array, heard: Array) -> Array:
    """KL of log probabilities, summed over the last axis."""
    divergence: Array = (np.exp(true) * (true - heard)).sum(-1)
    return divergence
