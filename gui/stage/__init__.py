"""The window for a stage: large, dark, played by few keys."""
