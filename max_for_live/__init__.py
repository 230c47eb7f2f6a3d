"""The Max for Live device: its controls, its patcher, its script, and how its file is built."""
