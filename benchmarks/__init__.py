"""Commands that measure, side by side with peers where there are peers."""
