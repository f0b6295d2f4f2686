"""What a model says, whichever provider it has: text, thoughts, tools."""
