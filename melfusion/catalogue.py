"""Every model that there is: what it is good for, where it comes from, and what it needs.

Pure. Where models lie on the disk is home.py's to say; nothing here has looked at it, and nothing
has looked at the hub either. Numbers of parameters are those of diffusers' own classes in the
shapes that were published; sizes and memory are reckoned from them, and are about right. What a
download really takes is told before it is begun.
"""

from dataclasses import dataclass

HALF, SINGLE = 2, 4
"""Bytes of a number in half and in single precision."""

LIBRARIES = 600_000_000
"""Bytes of memory that PyTorch and its like take, whatever the model."""

ROOM = 700_000_000
"""Numbers that a large model holds beside its weights. As much takes ACE-Step's codec to decode
20 s, the most that it decodes at once: reckoned from 8 s of it, run with random weights."""


@dataclass(frozen=True)
class Model:
    """A model, whether it is on this machine or not.

    Attributes:
        name: what it is called by.
        title: what it is.
        use: what it is good for; a sentence.
        pipeline: class that its index names.
        repository: where its folder lies on the hub, ready to be fetched; empty for what ships
            with the project and what is made of several repositories.
        licence: of the weights, as far as it is known here.
        download: bytes to fetch; 0 for what ships.
        parameters: of all its networks.
        largest: of the largest network, for where only one at a time is on the GPU.
        room: numbers that it holds beside its weights while it renders.
        abilities: "stems" where it makes the parts of a loop as one, each by itself; the others
            are those of backends.contract.Ability.
        sees: whether the picture itself reaches it; to others it is told in words.
        index: the file in its folder that tells what it is.
        steps: denoising steps that it takes where none are asked for.
    """

    name: str
    title: str
    use: str
    pipeline: str
    repository: str
    licence: str
    download: int
    parameters: int
    largest: int
    room: int = ROOM
    abilities: frozenset[str] = frozenset()
    sees: bool = False
    index: str = "model_index.json"
    steps: int = 8

    @property
    def renders(self) -> bool:
        """Whether it makes sound; what does not helps others to."""
        return self.index == "model_index.json"

    @property
    def composes(self) -> bool:
        """Whether it composes pieces, and is put on a GPU where there is one.

        The project's own make loops, and like the captioner compute on the processor.
        """
        return self.renders and bool(self.repository)

    def memory(self, number: int, *, offload: bool = False) -> int:
        """Bytes of memory that it takes while it is at work.

        Args:
            number: bytes of one number: HALF on a GPU, SINGLE on a processor.
            offload: whether only the network that computes is there, and the others wait in
                another memory.
        """
        weights = self.largest if offload else self.parameters
        return needed(weights, number, self.room)


MODELS = (
    Model(
        name="mini",
        title="The model that ships",
        use="Loops in about a second on a processor alone, in time and in key to the sample.",
        pipeline="MiniPipeline",
        steps=4,
        repository="",
        licence="GPL-3.0-or-later, as the project",
        download=0,
        parameters=24_733_954,
        largest=16_233_989,
        room=68_000_000,
        abilities=frozenset({"stems"}),
        sees=True,
    ),
    Model(
        name="base",
        title="MeLFusion at the paper's own size",
        use="What the paper describes, to be trained further.",
        pipeline="BasePipeline",
        steps=25,
        repository="",
        licence="of its parts: CC BY-NC-SA 4.0 (no commercial use), CreativeML Open RAIL++-M,"
        " Apache-2.0",
        download=8_000_000_000,
        parameters=2_268_000_000,
        largest=867_000_000,
        room=207_000_000,
        sees=True,
    ),
    Model(
        name="stable-audio-3-small",
        title="Stable Audio 3 small, for music",
        use="Made to run on a processor alone.",
        pipeline="StableAudio3Pipeline",
        # Stability AI's own name; diffusers' documentation names the medium one alone.
        repository="stabilityai/stable-audio-3-small-music",
        licence="Stability AI Community License (see its card) and the Gemma terms",
        download=3_400_000_000,
        parameters=848_000_000,
        largest=459_000_000,
        room=150_000_000,
        abilities=frozenset({"repaint", "vary"}),
    ),
    Model(
        name="stable-audio-3-medium",
        title="Stable Audio 3 medium",
        use="The larger of the two, made for a GPU.",
        pipeline="StableAudio3Pipeline",
        # Named by diffusers in the docstring of StableAudio3Pipeline.
        repository="stabilityai/stable-audio-3-medium",
        licence="Stability AI Community License (see its card) and the Gemma terms",
        download=10_400_000_000,
        parameters=2_587_000_000,
        largest=1_453_000_000,
        room=300_000_000,
        abilities=frozenset({"repaint", "vary"}),
    ),
    Model(
        name="ace-step-1.5",
        title="ACE-Step 1.5 XL turbo",
        use="Is told tempo, key and metre as such; for a large GPU.",
        pipeline="AceStepPipeline",
        # Named by diffusers in the docstring of AceStepPipeline.
        repository="ACE-Step/acestep-v15-xl-turbo-diffusers",
        licence="MIT or Apache-2.0 (see its card)",
        download=11_500_000_000,
        parameters=5_752_000_000,
        largest=4_169_000_000,
        abilities=frozenset({"repaint", "vary"}),
    ),
    Model(
        name="captioner",
        title="BLIP, which puts pictures into words",
        use="Says what is in a picture, for the models that are told it in words.",
        pipeline="BlipForConditionalGeneration",
        # The commit by which the hub itself has added safetensors to the weights.
        repository="Salesforce/blip-image-captioning-base@9cfcdbcaccbcadb2b53b36d4b50042c4eeaa0c25",
        licence="BSD-3-Clause",
        download=991_000_000,
        parameters=247_000_000,
        largest=247_000_000,
        room=50_000_000,
        index="config.json",
    ),
)
"""In the order in which they are told: what renders, the smallest first, and what helps."""


def find(name: str) -> Model | None:
    """The model of that name, if there is one."""
    return next((model for model in MODELS if model.name == name), None)


def needed(parameters: int, number: int, room: int = ROOM) -> int:
    """Bytes of memory that a model takes while it renders.

    Args:
        parameters: those that are there at once.
        number: bytes of one number, HALF or SINGLE.
        room: numbers that it holds beside them.
    """
    return (parameters + room) * number + LIBRARIES


def amount(size: float) -> str:
    """A number of bytes for people, in powers of a thousand."""
    for unit in ("B", "kB", "MB"):
        if size < 999.5:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
