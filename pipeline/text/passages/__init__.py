"""Sentences to passages: as large as sounds well, as early as keeps the listener from waiting."""
