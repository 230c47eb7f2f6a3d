"""Models from the hub: told, agreed to, fetched, checked, put in place whole or not at all."""
