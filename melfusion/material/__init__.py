"""Composes and renders the training material: loops of which everything is known beforehand."""
