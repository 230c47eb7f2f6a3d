"""The strip on top: who leads, the sound device, MIDI and what it does."""
