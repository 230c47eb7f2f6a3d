"""Trains the visual synapse of a large model, with everything else frozen."""
