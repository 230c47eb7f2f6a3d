"""What the paper's music model hears of the words: token states of a frozen FLAN-T5.

The picture is mixed into the words' keys and values token by token, so that words and picture need
equally many tokens: the words are told again and again until there are as many. A token that is
told n times is weighed 1 / n, by a bias of -log n on its attention score; without a picture this
is exactly the attention to each token told once, which TANGO was trained with.
"""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase, T5EncoderModel

TOKENS = 64
"""Tokens of words and picture: longer captions are cut, a picture is seen as 8 x 8 places."""


class T5Words:
    """Token states of texts.

    Args:
        tokenizer: FLAN-T5's.
        encoder: FLAN-T5's encoder.
        tokens: how many tokens every text is filled to.
    """

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, encoder: T5EncoderModel, tokens: int = TOKENS
    ) -> None:
        self.tokenizer, self.tokens = tokenizer, tokens
        self.encoder = encoder.requires_grad_(False).eval()
        # The words of a scene stay while its parts, seeds and tempi change.
        self._kept: Any = lru_cache(64)(self._encoded)

    def __call__(self, text: str) -> tuple[Tensor, Tensor]:
        """States and bias of one text; the empty text is what the model knows for no words.

        Returns:
            [tokens, width], and [tokens] to be added to the attention scores.
        """
        states: tuple[Tensor, Tensor] = self._kept(text.strip())
        return states

    @torch.no_grad()
    def _encoded(self, text: str) -> tuple[Tensor, Tensor]:
        read = self.tokenizer(text, max_length=self.tokens, truncation=True, return_tensors="pt")
        ids = read.input_ids.to(self.encoder.device)
        states = self.encoder(input_ids=ids).last_hidden_state[0]
        return told_again(states, self.tokens)


def told_again(states: Tensor, tokens: int) -> tuple[Tensor, Tensor]:
    """Tokens again and again, and the bias that takes the repetition back.

    Args:
        states: [n, width], n no more than `tokens`.
        tokens: how many are wanted.

    Returns:
        [tokens, width] and [tokens].
    """
    which = torch.arange(tokens, device=states.device) % len(states)
    often = torch.bincount(which)
    return states[which], -often[which].to(states.dtype).log()
