"""IMSM, the image-music similarity of MeLFusion (CVPR 2024): do picture and music say the same?

N pictures, N texts and N pieces of music that belong together. CLIP gives how likely each text is
for a picture, CLAP how likely each text is for a piece:

    P_I = softmax over texts of CLIP's logits       P_A = softmax over texts of CLAP's logits
    M = P_I P_A^T                                   IMSM = mean of M's diagonal

The released code then takes a softmax over M's rows, so that no diagonal can exceed
e / (e + N - 1), 0.73 at N = 2. That form is here too, under its own name. Both depend on N, which
is therefore fixed: samples are looked at in random groups of N.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from .score import Array, Score, Sets, bootstrapped

GROUP = 16
Form = Literal["diagonal", "released"]


class ImageMusicSimilarity:
    """IMSM in groups of N.

    Args:
        group: N.
        form: `diagonal`, or `released` with its further softmax.
        seed: decides the groups.
    """

    def __init__(self, group: int = GROUP, form: Form = "diagonal", seed: int = 0) -> None:
        self.group, self.form, self.seed = group, form, seed
        # Two models, two widths.
        self._seen, self._heard = Sets("picture", "its text"), Sets("music", "its text")

    def update(
        self,
        *,
        picture: ArrayLike,
        picture_text: ArrayLike,
        music: ArrayLike,
        music_text: ArrayLike,
    ) -> None:
        """Adds samples: embeddings of picture and text by one model, of music and text by another.

        All are [n, d] and scaled so that a product of two is a logit (the model's own scale).
        """
        given = (picture, picture_text, music, music_text)
        counts = {len(np.atleast_2d(np.asarray(rows))) for rows in given}
        if len(counts) != 1:
            raise ValueError(f"every sample needs all four embeddings, not {sorted(counts)}")
        self._seen.add("picture", picture)
        self._seen.add("its text", picture_text)
        self._heard.add("music", music)
        self._heard.add("its text", music_text)

    def compute(self, draws: int = 50, rounds: int = 0) -> Score:
        """Mean over `draws` random groups of N different samples.

        The interval is over groups, which says nothing where there are hardly more than N samples;
        with `rounds` it is of a bootstrap over samples, each with what it adds on average.

        Raises:
            ValueError: there are fewer than N samples.
        """
        picture, picture_text = (
            self._seen.get(name, self.group) for name in ("picture", "its text")
        )
        music, music_text = (self._heard.get(name, self.group) for name in ("music", "its text"))
        count = len(picture)
        rng = np.random.default_rng(self.seed)
        values, added, groups = [], np.zeros(count), np.zeros(count)
        for _ in range(draws):
            chosen = rng.permutation(count)[: self.group]
            own = similarities(
                picture[chosen] @ picture_text[chosen].T,
                music[chosen] @ music_text[chosen].T,
                self.form,
            )
            values.append(own.mean())
            added[chosen] += own
            groups[chosen] += 1
        if rounds:
            return bootstrapped(
                lambda drawn: added[drawn].sum() / groups[drawn].sum(), count, rounds
            )
        low, high = np.percentile(values, [2.5, 97.5])
        return Score(float(np.mean(values)), float(low), float(high), count)


def similarity(picture_logits: Array, music_logits: Array, form: Form = "diagonal") -> float:
    """IMSM of one group; arguments as of `similarities`."""
    return float(similarities(picture_logits, music_logits, form).mean())


def similarities(picture_logits: Array, music_logits: Array, form: Form = "diagonal") -> Array:
    """What each sample of a group adds to its IMSM: [N].

    Args:
        picture_logits: [N, N] of picture i and text j.
        music_logits: [N, N] of music i and text j.
        form: see the module.
    """
    matrix = softmax(picture_logits, axis=1) @ softmax(music_logits, axis=1).T
    if form == "released":
        matrix = softmax(matrix, axis=1)
    own: Array = np.diagonal(matrix)
    return own
