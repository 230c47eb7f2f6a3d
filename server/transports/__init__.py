"""Where tempo and beat come from: one file for each source, one contract, and who leads."""
