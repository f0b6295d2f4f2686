"""How sound is encoded."""
