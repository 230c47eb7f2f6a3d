"""`melfusion evaluate`: renders a manifest with a model under every condition, and measures it."""
