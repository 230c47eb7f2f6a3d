"""MeLFusion: loops from a picture and a sentence, exactly in tempo and in key."""

__version__ = "0.1.0"
