"""What ACE-Step is told: the plan as metadata, and the words of a picture with a weight."""

from itertools import takewhile
from typing import Any

import torch
from diffusers import AceStepPipeline
from torch import Tensor

from ..music import Key, Metre, Plan
from . import briefing
from .contract import Brief

SLOWEST_BPM, FASTEST_BPM = 30, 300
"""The tempi it was taught."""

METRES = {Metre(2, 4): "2", Metre(3, 4): "3", Metre(4, 4): "4", Metre(6, 8): "6"}
"""The metres it was taught, and how it is told them; of others it hears in the words alone."""


def told(brief: Brief) -> dict[str, Any]:
    """What it is told of the plan beside the words, by the names of AceStepPipeline's arguments.

    Drums are told no key; None is told as "N/A", which leaves it to the model.
    """
    return {
        "bpm": told_bpm(brief.plan),
        "keyscale": None if brief.part == "drums" else told_key(brief.plan.key),
        "timesignature": METRES.get(brief.plan.metre),
    }


def told_bpm(plan: Plan) -> int:
    """The tempo as it is told: the nearest whole number.

    A tempo too slow for the model is told doubled: two of its bars are one of the plan's.
    """
    bpm = plan.bpm if plan.bpm >= SLOWEST_BPM else 2 * plan.bpm
    return min(round(bpm), FASTEST_BPM)


def told_key(key: Key) -> str:
    """The key as it is told: the major or minor one of the same notes.

    A key whose notes are of none is told as the minor or major one on its tonic.
    """
    mode = "minor" if key.is_minor else "major"
    tonal = (Key((key.tonic + shift) % 12, mode) for shift in range(12))
    return str(next((each for each in tonal if each.related(key)), Key(key.tonic, mode)))


class PicturedAceStep(AceStepPipeline):
    """AceStepPipeline that can be told the words of a picture with a weight."""

    _picture_words, _picture_strength = "", 0.0

    def __call__(
        self, *given: Any, picture_words: str = "", picture_strength: float = 0.0, **named: Any
    ) -> Any:
        """As AceStepPipeline's.

        Args:
            given: its arguments.
            picture_words: what is seen in a picture; empty for nothing.
            picture_strength: 0-1, how much they count; at 0 all is exactly as without them.
            named: its arguments.
        """
        self._picture_words, self._picture_strength = picture_words, picture_strength
        return super().__call__(*given, **named)

    def encode_prompt(self, prompt: str, lyrics: str, **named: Any) -> tuple[Tensor, ...]:
        """States and masks of the text, and of the lyrics.

        Between the states of the text without the picture's words and those of the text with them.
        Every token is mixed with its like, so that those of tempo, key and metre stay whole; where
        only one of both has tokens, the other has padding, which tells the denoiser nothing: it
        does not hear in which order they are.

        Args:
            prompt: the words.
            lyrics: the lyrics.
            named: as of AceStepPipeline's.
        """
        both = [prompt, briefing.with_picture(prompt, self._picture_words)]
        if both[0] == both[1] or self._picture_strength in (0, 1):
            only = both[self._picture_strength == 1]
            encoded: tuple[Tensor, ...] = super().encode_prompt(only, lyrics, **named)
            return encoded
        self.tokenizer.padding_side = "right"  # what stands behind, a causal encoder does not see
        states, is_text, *of_lyrics = super().encode_prompt(both, [lyrics, lyrics], **named)
        begin, end = self._first_difference(both, named["instruction"]), int(is_text[0].sum())
        plain = torch.cat([states[0, :begin], states[0, end:], states[0, begin:end]])
        mixed = torch.lerp(plain, states[1], self._picture_strength)
        return mixed[None], is_text[1:], *(each[:1] for each in of_lyrics)

    def _first_difference(self, prompts: list[str], instruction: str) -> int:
        texts = [self._format_prompt(prompt, instruction=instruction)[0] for prompt in prompts]
        pairs = zip(*self.tokenizer(texts).input_ids, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
