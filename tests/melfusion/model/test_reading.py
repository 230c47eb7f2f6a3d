"""What is read of words and pictures, and how both are put together."""

import pytest
import torch

from melfusion.arranging import NOTHING, arrange
from melfusion.material.concepts import CONCEPTS
from melfusion.model.reading import Reader

STYLES = ["ambient", "dub", "metal", "reggae", "techno"]
PLAYED = {"drums": ["909", "latin kit"], "lead": ["ukulele", "steel drums", "theremin"]}


@pytest.fixture
def reader() -> Reader:
    """Knows classes 0 and 1 of three by their likeness to its concepts, and words by chance."""
    torch.manual_seed(0)
    reader = Reader(STYLES, PLAYED, ["beach", "storm"], 12, 10, 3, width=16, hidden=8).eval()
    torch.nn.init.zeros_(reader.seen[-1].weight)
    torch.nn.init.zeros_(reader.seen[-1].bias)
    reader.likeness.data.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    return reader


BEACH, STORM = torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0])
PICTURE = torch.randn(36, 10, generator=torch.Generator().manual_seed(1))
WORDS = torch.randn(36, 12, generator=torch.Generator().manual_seed(2))


def test_a_picture_asks_for_what_suits_its_concept(reader: Reader) -> None:
    beach, storm = (reader(None, PICTURE, classes) for classes in (BEACH, STORM))
    assert next(iter(beach.concepts)) == "beach"
    assert beach.concepts["beach"] > 0.99
    assert next(iter(beach.styles)) == "reggae"
    assert beach.styles["reggae"] > 0.7
    assert beach.instruments["lead"]["theremin"] < beach.instruments["lead"]["steel drums"]
    assert next(iter(beach.instruments["drums"])) == "latin kit"
    assert storm.styles["metal"] > storm.styles["reggae"]
    for name in ("energy", "valence", "brightness"):
        assert getattr(beach, name) == pytest.approx(getattr(CONCEPTS["beach"], name), abs=0.01)
    assert sum(beach.styles.values()) == pytest.approx(1)
    assert all(sum(shares.values()) == pytest.approx(1) for shares in beach.instruments.values())


def test_nothing_is_read_of_nothing_and_a_picture_of_no_strength_is_none(reader: Reader) -> None:
    assert reader(None, None) == NOTHING
    assert reader(None, PICTURE, BEACH, 0.0) == NOTHING
    words = reader(WORDS, None)
    assert words.concepts == {}
    assert reader(WORDS, PICTURE, BEACH, 0.0) == words


def test_words_and_picture_are_multiplied(reader: Reader) -> None:
    """The odds of two styles by both are their odds by words, moved by the picture's strength."""

    def odds(words: torch.Tensor | None, strength: float) -> float:
        read = reader(words, PICTURE, BEACH, strength)
        return read.styles["reggae"] / read.styles["metal"]

    words, none, half, full = odds(WORDS, 0.0), odds(None, 1e-9), odds(None, 0.5), odds(None, 1.0)
    assert odds(WORDS, 1.0) == pytest.approx(words * full / none, rel=1e-3)
    assert half == pytest.approx((none * full) ** 0.5, rel=1e-3)
    assert none < half < full


def test_a_picture_is_taken_for_the_likeliest_concept_alone(reader: Reader) -> None:
    sure, torn = (reader(None, PICTURE, torch.tensor([a, 1 - a, 0.0])) for a in (1.0, 0.51))
    assert torn.concepts["storm"] > 0.4
    assert torn.styles == pytest.approx(sure.styles)
    assert torn.instruments["lead"] == pytest.approx(sure.instruments["lead"])
    assert torn.energy == pytest.approx(sure.energy)


@pytest.mark.parametrize(("style", "suited"), [("reggae", BEACH), ("metal", STORM)])
def test_words_have_a_say_in_what_an_unclear_picture_is_taken_for(
    reader: Reader, style: str, suited: torch.Tensor
) -> None:
    torch.nn.init.zeros_(reader.heads.style.weight)
    bias = torch.tensor([4.0 if name == style else 0.0 for name in STYLES])
    reader.heads.style.bias.data.copy_(bias)
    unclear = reader(WORDS, PICTURE, torch.tensor([0.5, 0.5, 0.0]))
    other = BEACH + STORM - suited
    assert unclear.energy == reader(WORDS, PICTURE, suited).energy
    assert unclear.styles == reader(WORDS, PICTURE, suited).styles
    assert unclear.energy != reader(WORDS, PICTURE, other).energy
    assert reader(WORDS, PICTURE, other).energy == pytest.approx(
        (reader(WORDS, None).energy + reader(None, PICTURE, other).energy) / 2
    )


def test_mood_lies_between_words_and_picture(reader: Reader) -> None:
    words, picture = reader(WORDS, None), reader(None, PICTURE, STORM)
    both = reader(WORDS, PICTURE, STORM)
    assert both.energy == pytest.approx((words.energy + picture.energy) / 2, abs=1e-4)
    faint = reader(None, PICTURE, STORM, 0.25)
    assert faint.energy == pytest.approx(0.75 * 0.5 + 0.25 * picture.energy, abs=1e-4)


def test_what_a_picture_is_taken_for_is_told(reader: Reader) -> None:
    assert arrange(reader(None, PICTURE, BEACH), 0).seen == ("beach",)
    unsure = reader(None, PICTURE, torch.tensor([0.0, 0.0, 1.0]))
    assert set(arrange(unsure, 0).seen) == {"beach", "storm"}
    assert arrange(reader(WORDS, None), 0).seen == ()


def test_a_concept_that_is_no_longer_known_says_nothing(reader: Reader) -> None:
    odd = Reader(STYLES, PLAYED, ["beach", "atlantis"], 12, 10, 3, width=16, hidden=8).eval()
    odd.load_state_dict(reader.state_dict())
    read = odd(None, PICTURE, STORM)
    assert next(iter(read.concepts)) == "atlantis"
    assert read.styles["metal"] == pytest.approx(1 / len(STYLES), abs=0.02)
