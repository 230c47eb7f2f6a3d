"""The stretch of a sound that is made anew, in whole latents, and how it is put into the rest."""

import math
from dataclasses import dataclass

import numpy as np

from ..rhythm import Floats

FADE_S = 0.02
"""How long it takes from what is kept to what the model made of the same, and back."""


@dataclass(frozen=True)
class Anew:
    """The latents from `begin` to `end`, of `hop` samples each, in a sound of `samples`."""

    begin: int
    end: int
    hop: int
    samples: int

    @classmethod
    def of(
        cls, start_s: float, end_s: float, samples: int, rate: int, hop: int, frames: int
    ) -> "Anew":
        """The latents that lie wholly in a stretch, one at least.

        Args:
            start_s: where the stretch begins.
            end_s: where it ends.
            samples: of the sound.
            rate: samples a second.
            hop: samples of a latent.
            frames: latents of the sound.
        """
        begin = min(math.ceil(start_s * rate / hop), frames - 1)
        to_the_end = end_s * rate >= samples
        end = frames if to_the_end else max(math.floor(end_s * rate / hop), begin + 1)
        return cls(begin, end, hop, samples)

    def put_into(self, sound: Floats, made: Floats, rate: int) -> Floats:
        """The sound with what was made in the stretch, and short fades to either side.

        Beside the stretch the model made the same sound through its codec, so that a fade joins
        both; beyond the fades every sample is the sound's own.

        Args:
            sound: [2, N] float32.
            made: [2, N or more] float32.
            rate: samples a second.
        """
        begin, end, fade = self.begin * self.hop, self.end * self.hop, FADE_S * rate
        edges = (begin - fade, begin, end, end + fade)
        share = np.interp(np.arange(self.samples), edges, (0, 1, 1, 0)).astype(np.float32)
        return np.asarray(sound + share * (made[:, : self.samples] - sound), np.float32)
