"""The measured table of mini: its loops against what was asked, beside ceilings of the same run."""
