"""How good music is, in numbers: each metric takes embeddings or scores and knows no model."""
