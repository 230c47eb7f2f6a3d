"""The model: spectrum, latent codec, spectrum decoder, denoiser with visual synapse, pipeline."""
