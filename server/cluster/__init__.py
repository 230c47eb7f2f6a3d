"""Renders on other machines, over Ray: what the server's one render process becomes with them.

The server speaks to a bridge (bridge.py) as it speaks to its own worker, in the same words, and
never imports Ray: that brings threads and seconds, and its process is where the sound is timed.
"""
