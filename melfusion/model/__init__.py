"""The model itself: spectra, codec, decoder, conditioning, synapse, denoiser, towers, pipeline."""

import os

# The same seed is to give the same samples. Left alone, MKL's last digits depend on where in memory
# an array happens to begin; it reads this once, at its first computation ("conditional numerical
# reproducibility" in its developer guide).
os.environ.setdefault("MKL_CBWR", "AUTO")
