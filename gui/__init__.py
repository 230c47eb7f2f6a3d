"""The window: one more OSC client, in a process of its own. It imports no torch and no sqlite3."""
