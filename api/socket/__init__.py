"""Conversations on a WebSocket."""
