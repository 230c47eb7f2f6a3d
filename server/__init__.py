"""The companion: takes requests over OSC, has loops rendered, keeps them, and tells everyone."""
