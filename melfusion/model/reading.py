"""What the model reads in words and in pictures: style, instruments, mood, and what is seen."""

from collections.abc import Mapping, Sequence

import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from ..arranging import NOTHING, Reading
from ..material.concepts import CONCEPTS, Concept
from ..material.scene import likely
from .denoiser import Meaning
from .part import Part

MOODS = ("energy", "valence", "brightness")
STYLES, MOOD = "styles", "mood"
"""What the tables of the concepts are about, beside the parts."""
UNLIKELY = 1e-4
"""The least that is thought of anything."""


class Heads(nn.Module):
    """Style, instruments and mood of a meaning.

    Args:
        width: of a meaning.
        styles: the names of the styles.
        instruments: for each part the names of what plays it.
    """

    def __init__(
        self, width: int, styles: Sequence[str], instruments: Mapping[str, Sequence[str]]
    ) -> None:
        super().__init__()
        self.styles, self.instruments = styles, instruments
        self.style = nn.Linear(width, len(styles))
        self.played = nn.ModuleDict(
            {part: nn.Linear(width, len(names)) for part, names in instruments.items()}
        )
        self.mood = nn.Linear(width, len(MOODS))


class Reader(Part):
    """Reads words and pictures, each by itself, and puts together what they say.

    Words go through a network that was shown captions. A picture is one of the concepts of the
    material's table, which says what music suits it: a network that was shown pictures of them
    judges by EfficientNet's features, and the names of ImageNet's classes by their likeness, so
    that a photograph of what no picture showed is not lost. It is taken for the likeliest alone:
    the music of several concepts mixed would be that of none. Where words are there too, they
    have a say in which that is. Words and picture are taken as independent, so their likelihoods
    are multiplied, and the picture's are raised to its strength.

    Args:
        styles: the names of the styles.
        instruments: for each part the names of what plays it.
        concepts: the names of the concepts.
        text_size: width of a text token (MiniLM: 384).
        image_size: width of an image token (EfficientNet-Lite2: 1280).
        classes: how many classes a picture is told to have.
        width: of a meaning of words.
        hidden: inside the network of pictures.
    """

    @register_to_config
    def __init__(
        self,
        styles: list[str],
        instruments: dict[str, list[str]],
        concepts: list[str],
        text_size: int = 384,
        image_size: int = 1280,
        classes: int = 1000,
        width: int = 256,
        hidden: int = 1024,
    ) -> None:
        super().__init__()
        self.concepts = concepts
        self.text_norm = nn.LayerNorm(text_size)
        self.text_meaning = Meaning(text_size, width)
        self.heads = Heads(width, styles, instruments)
        self.seen = nn.Sequential(
            nn.LayerNorm(image_size), nn.Dropout(0.5), nn.Linear(image_size, hidden), nn.GELU(),
            nn.Dropout(0.5), nn.Linear(hidden, len(concepts)),
        )  # fmt: skip
        self.likeness = nn.Parameter(torch.zeros(classes, len(concepts)), requires_grad=False)
        self.trust = nn.Parameter(torch.tensor(10.0))
        known = [CONCEPTS.get(name) for name in concepts]
        suits = [likely(concept) for concept in known]
        self._keep(STYLES, _table([one.styles for one in suits], styles))
        for part, names in instruments.items():
            self._keep(part, _table([one.instruments[part] for one in suits], names))
        self._keep(MOOD, torch.tensor([_mood(concept) for concept in known]))

    def _keep(self, name: str, table: Tensor) -> None:
        """Keeps a table of the concepts beside the weights, but not in their file."""
        self.register_buffer(f"_{name}_of", table, persistent=False)

    def _of(self, name: str) -> Tensor:
        table: Tensor = self.get_buffer(f"_{name}_of")
        return table

    def words(self, tokens: Tensor) -> Tensor:
        """Meaning of token states [B, L, text_size]: [B, width], for the heads."""
        meaning: Tensor = self.text_meaning(self.text_norm(tokens))
        return meaning

    def picture(self, features: Tensor, classes: Tensor) -> Tensor:
        """Scores of the concepts, [B, concepts].

        Args:
            features: [B, image_size] means of the image tokens.
            classes: [B, classes] the probability of each class of ImageNet.
        """
        scores: Tensor = self.seen(features) + self.trust * (classes @ self.likeness)
        return scores

    @torch.no_grad()
    def forward(
        self,
        words: Tensor | None,
        picture: Tensor | None,
        classes: Tensor | None = None,
        strength: float = 1.0,
    ) -> Reading:
        """What words and a picture ask for.

        Args:
            words: [L, text_size] token states, or None where there are none.
            picture: [L, image_size] image tokens, or None.
            classes: [classes] the picture's.
            strength: 0-1, how much the picture counts.
        """
        shown = picture is not None and classes is not None and strength > 0
        if words is None and not shown:
            return NOTHING
        usual = {name: self._of(name).mean(0).log() for name in (STYLES, *self.heads.instruments)}
        said, mood, weight = dict(usual), self._of(MOOD).new_full((len(MOODS),), 0.5), 0.0
        if words is not None:
            said, mood = self._said(words)
            weight = 1.0
        seen = None
        if shown:
            assert picture is not None
            assert classes is not None
            device = self.trust.device
            scores = self.picture(picture.mean(0)[None].to(device), classes[None].to(device))
            seen = scores[0].softmax(0)
            fits = seen if words is None else seen * self._fit(said, usual)
            taken_for = int(fits.argmax())
            for name, before in usual.items():
                said[name] = said[name] + strength * (self._of(name)[taken_for].log() - before)
            # Beside words it counts as much as they do, alone as much as it is to be seen.
            share = strength / (weight + strength) if weight else strength
            mood = torch.lerp(mood, self._of(MOOD)[taken_for], share)
        energy, valence, brightness = mood.tolist()
        return Reading(
            _ranked(self.heads.styles, said[STYLES].softmax(0)),
            {
                part: _ranked(names, said[part].softmax(0))
                for part, names in self.heads.instruments.items()
            },
            energy,
            valence,
            brightness,
            {} if seen is None else _ranked(self.concepts, seen),
        )

    def _fit(self, said: Mapping[str, Tensor], usual: Mapping[str, Tensor]) -> Tensor:
        """How much likelier each concept is by what words say, [concepts], but for a factor.

        Args:
            said: of styles and each part's instruments, the words' logarithms.
            usual: the same of all concepts together.
        """
        fits = {name: (self._of(name) @ (said[name] - usual[name]).exp()).log() for name in usual}
        played = [fits[part] for part in self.heads.instruments]
        # Parts are played by what suits one another: they are one witness, not four.
        return (fits[STYLES] + torch.stack(played).mean(0)).softmax(0)

    def _said(self, words: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Of styles and each part's instruments what words say, as logarithms, and the mood."""
        meaning = self.words(words[None].to(self.trust.device))
        said = {STYLES: self.heads.style(meaning)[0].log_softmax(0)}
        for part, head in self.heads.played.items():
            said[part] = head(meaning)[0].log_softmax(0)
        return said, self.heads.mood(meaning)[0].clamp(0, 1)


def _ranked(names: Sequence[str], shares: Tensor) -> dict[str, float]:
    """Names with their probabilities, the likeliest first."""
    return dict(sorted(zip(names, shares.tolist(), strict=True), key=lambda pair: -pair[1]))


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Tensor:
    """[rows, names] with rows that sum to 1."""
    table = torch.tensor([[row.get(name, 0.0) for name in names] for row in rows]) + UNLIKELY
    return table / table.sum(1, keepdim=True)


def _mood(concept: Concept | None) -> tuple[float, ...]:
    return tuple(getattr(concept, name) for name in MOODS) if concept else (0.5, 0.5, 0.5)
