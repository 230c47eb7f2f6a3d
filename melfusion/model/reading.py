"""What the model reads in words and in pictures: style, instruments and mood."""

from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from ..arranging import Reading
from .part import Part

MOODS = ("energy", "valence", "brightness")


class Reader(Part):
    """Reads a meaning, as the denoiser makes it of words and pictures.

    Args:
        width: of a meaning.
        styles: the names of the styles.
        instruments: for each part the names of what plays it.
    """

    @register_to_config
    def __init__(self, width: int, styles: list[str], instruments: dict[str, list[str]]) -> None:
        super().__init__()
        self.styles, self.instruments = styles, instruments
        self.style = nn.Linear(width, len(styles))
        self.played = nn.ModuleDict(
            {part: nn.Linear(width, len(names)) for part, names in instruments.items()}
        )
        self.mood = nn.Linear(width, len(MOODS))

    def forward(self, meaning: Tensor) -> Reading:
        """[1, width] -> what it says."""
        energy, valence, brightness = self.mood(meaning)[0].clamp(0, 1).tolist()
        return Reading(
            _ranked(self.styles, self.style(meaning)[0]),
            {
                part: _ranked(names, self.played[part](meaning)[0])
                for part, names in self.instruments.items()
            },
            energy,
            valence,
            brightness,
        )


def _ranked(names: list[str], scores: Tensor) -> dict[str, float]:
    """Names with their probabilities, the likeliest first."""
    shares = scores.softmax(0).tolist()
    return dict(sorted(zip(names, shares, strict=True), key=lambda pair: -pair[1]))
