"""Training of `mini`: codec, decoders, denoiser. Resumable, with a time budget, on any device."""
