"""What every embedder answers with, and what it says of itself."""

import numpy as np
import pytest

from melfusion.embedders.contract import Heard


def test_windows_become_one_row() -> None:
    heard = Heard(np.float32([[1, 2], [3, 6]]), np.float32([[0, 4], [0, 0]]))
    assert heard.embedding.tolist() == [2, 4]
    assert heard.mean_logits.tolist() == [0, 2]
    # Probabilities are averaged as such: not the probability of the mean logit, 0.88.
    assert heard.probabilities == pytest.approx([0.5, (0.982014 + 0.5) / 2])


def test_an_embedder_that_is_no_classifier_has_no_classes() -> None:
    heard = Heard(np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match="no classifier"):
        _ = heard.mean_logits
    with pytest.raises(ValueError, match="no classifier"):
        _ = heard.probabilities
