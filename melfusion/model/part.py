"""What the trained parts of the model have in common."""

from pathlib import Path
from typing import Any, Self

from diffusers.configuration_utils import ConfigMixin
from diffusers.models.modeling_utils import ModelMixin


class Part(ModelMixin, ConfigMixin):
    """A part of the model that is trained, saved and loaded by itself."""

    @classmethod
    def from_pretrained(cls, folder: str | Path, **options: Any) -> Self:
        """Loads what save_pretrained wrote; the parts are small and take no detour over disk.

        Raises:
            ValueError: weights are missing: what stood in their place would be left to chance.
        """
        asked = {"low_cpu_mem_usage": False, "output_loading_info": True} | options
        part, loaded = super().from_pretrained(folder, **asked)
        if loaded["missing_keys"]:
            raise ValueError(f"{folder} has no {', '.join(sorted(loaded['missing_keys']))}")
        return part
