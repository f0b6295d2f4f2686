"""Tokens to sentences, decided as soon as it is safe."""
