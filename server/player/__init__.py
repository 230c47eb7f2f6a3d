"""The player: loops to the sound device, in time with the timeline."""
