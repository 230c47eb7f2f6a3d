"""Classifier-free guidance with a scale for the words and one for the picture.

Ho and Salimans, 2022; two scales as in InstructPix2Pix (Brooks et al., CVPR 2023, eq. 3), with the
words first: the picture moves what the words have decided.

    nothing + text_scale * (words - nothing) + picture_scale * (both - words)
"""

from collections.abc import Callable

from torch import Tensor

Predict = Callable[[bool, bool], Tensor]
"""A prediction of the model, told whether it may know the words, and whether the picture."""


def guided(
    predict: Predict, text_scale: float, picture_scale: float, has_words: bool, has_picture: bool
) -> Tensor:
    """The prediction to follow, at no more runs of the model than it takes.

    That is one where both scales are 1, two where they are equal or where there is nothing but
    words or nothing but a picture, and three otherwise.

    Args:
        predict: runs the model.
        text_scale: 1 is what the words say, more goes further.
        picture_scale: the same for the picture; 0 is the words alone.
        has_words: whether there are words.
        has_picture: whether there is a picture.

    Returns:
        The prediction, of the shape that `predict` gives.
    """
    if not has_picture:
        return _towards(predict, (False, False), (has_words, False), text_scale)
    if not has_words or text_scale == picture_scale:
        return _towards(predict, (False, False), (has_words, True), picture_scale)
    words = predict(True, False)
    moved = picture_scale * (predict(True, True) - words) if picture_scale else 0.0
    if text_scale == 1:
        return words + moved
    nothing = predict(False, False)
    return nothing + text_scale * (words - nothing) + moved


def _towards(
    predict: Predict, start: tuple[bool, bool], end: tuple[bool, bool], scale: float
) -> Tensor:
    reached = predict(*end)
    if scale == 1 or start == end:
        return reached
    begun = predict(*start)
    return begun + scale * (reached - begun)
