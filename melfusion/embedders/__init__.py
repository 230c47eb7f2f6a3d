"""What listens, looks and reads for the metrics: frozen models by others behind one contract.

contract.py says what an embedder is, registry.py lists them, listen.py gives them audio, weights.py
finds what a user has put there for them. Nothing here is needed to render, and nothing downloads.
"""
