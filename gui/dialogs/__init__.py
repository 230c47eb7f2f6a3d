"""Windows beside the window: settings, log, and what this is."""
