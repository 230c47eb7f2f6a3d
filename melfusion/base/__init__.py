"""`base`: MeLFusion at the paper's own size, out of a text-to-image and a text-to-music model."""
