"""A scene: its picture, its words, its fields; and all scenes that are kept."""
