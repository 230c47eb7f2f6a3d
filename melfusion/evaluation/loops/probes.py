"""Probes: small models that read from a sound what it is, trained on real material.

Linear probes of frozen features (Alain and Bengio, 2016). All are fitted on scenes of the training
split, so that held-out real sounds tell how well they read at best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import gammaln

Rows = NDArray[np.float64]

AMONG = 32
"""Candidates of a retrieval, the right one among them."""
STRENGTHS = (0.003, 0.01, 0.03)
"""Weight decays of a classifier that are tried."""
RIDGES = (30.0, 100.0, 300.0, 1000.0)
"""The same of a linear map."""
CHECKED = 5
"""One row in so many tells which of them is taken."""


@dataclass(frozen=True)
class Scale:
    """Features brought to mean 0 and standard deviation 1.

    Attributes:
        mean: [d].
        deviation: [d].
    """

    mean: Rows
    deviation: Rows

    @classmethod
    def of(cls, rows: Rows) -> "Scale":
        """The scale of rows, [n, d]."""
        return cls(rows.mean(0), rows.std(0) + 1e-3)

    def __call__(self, rows: Rows) -> Rows:
        """[n, d] -> [n, d], none further than 5 from 0."""
        return np.asarray(((rows - self.mean) / self.deviation).clip(-5, 5))


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression.

    Attributes:
        classes: what can be told.
        scale: of the features.
        weights: [d + 1, classes], the constant last.
    """

    classes: tuple[str, ...]
    scale: Scale
    weights: Rows

    @classmethod
    def fit(cls, rows: Rows, labels: Sequence[str]) -> "Classifier":
        """Fits to rows [n, d]; the weight decay is the one that reads every fifth row best."""
        classes = tuple(sorted(set(labels)))
        numbers = np.array([classes.index(label) for label in labels])
        kept, shown = _divided(len(rows))
        scale = Scale.of(rows)
        scaled = scale(rows)

        def loss(strength: float) -> float:
            weights = _logistic(scaled[shown], numbers[shown], len(classes), strength)
            told = _log_softmax(_with_one(scaled[kept]) @ weights)
            return float(-told[np.arange(len(kept)), numbers[kept]].mean())

        best = min(STRENGTHS, key=loss)
        return cls(classes, scale, _logistic(scaled, numbers, len(classes), best))

    def scores(self, rows: Rows) -> Rows:
        """Log probability of every class: [n, d] -> [n, classes]."""
        return _log_softmax(_with_one(self.scale(rows)) @ self.weights)

    def tells(self, rows: Rows) -> list[str]:
        """The likeliest class of every row."""
        return [self.classes[number] for number in self.scores(rows).argmax(1)]


@dataclass(frozen=True)
class LinearMap:
    """Ridge regression (Hoerl and Kennard, 1970).

    Attributes:
        scale: of the features.
        weights: [d + 1, k].
    """

    scale: Scale
    weights: Rows

    @classmethod
    def fit(cls, rows: Rows, targets: Rows) -> "LinearMap":
        """Fits rows [n, d] to targets [n, k]; the ridge reads every fifth row best."""
        kept, shown = _divided(len(rows))
        scale = Scale.of(rows)
        scaled = scale(rows)

        def loss(ridge: float) -> float:
            told = _with_one(scaled[kept]) @ _ridge(scaled[shown], targets[shown], ridge)
            return float(np.square(told - targets[kept]).mean())

        return cls(scale, _ridge(scaled, targets, min(RIDGES, key=loss)))

    def __call__(self, rows: Rows) -> Rows:
        """[n, d] -> [n, k]."""
        return np.asarray(_with_one(self.scale(rows)) @ self.weights)


def found_first(right: float, others: Rows, among: int = AMONG) -> float:
    """How often the right candidate comes first among `among`, over all draws of the others.

    Of K others, k score more than the right one: none of `among` - 1 drawn ones may be one of
    those, which the hypergeometric distribution tells. Equal ones count half.

    Args:
        right: score of the right candidate.
        others: [K] scores of all that may be drawn beside it.
        among: candidates, the right one included; K + 1 where there are no more.

    Returns:
        0-1; 1 / `among` is chance.
    """
    count, drawn = len(others), min(among - 1, len(others))
    above = float((others > right).sum() + 0.5 * (others == right).sum())
    if count - above < drawn:
        return 0.0

    def ways(total: float) -> float:
        return float(gammaln(total + 1) - gammaln(drawn + 1) - gammaln(total - drawn + 1))

    return float(np.exp(ways(count - above) - ways(count)))


def cosines(rows: Rows, columns: Rows) -> Rows:
    """Cosine of every row with every column: [n, d], [m, d] -> [n, m]."""
    return np.asarray(_unit(rows) @ _unit(columns).T)


def _unit(rows: Rows) -> Rows:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _divided(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows that check, and rows that are shown."""
    checks = np.arange(count) % CHECKED == CHECKED - 1
    return np.flatnonzero(checks), np.flatnonzero(~checks)


def _with_one(rows: Rows) -> Rows:
    return np.concatenate([rows, np.ones((len(rows), 1))], axis=1)


def _ridge(rows: Rows, targets: Rows, ridge: float) -> Rows:
    wide = _with_one(rows)
    penalty = ridge * np.eye(wide.shape[1])
    penalty[-1, -1] = 1e-6
    return np.asarray(np.linalg.solve(wide.T @ wide + penalty, wide.T @ targets))


def _log_softmax(logits: Rows) -> Rows:
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)))


def _logistic(rows: Rows, numbers: NDArray[np.intp], classes: int, strength: float) -> Rows:
    """Weights by L-BFGS: [d + 1, classes]."""
    inputs = torch.from_numpy(_with_one(rows)).float()
    labels = torch.from_numpy(numbers)
    weights = torch.zeros(inputs.shape[1], classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=40, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(inputs @ weights, labels)
        loss = loss + strength * weights[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return weights.detach().double().numpy()
