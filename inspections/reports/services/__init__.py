"""What the boards write: the weekly report, and what leaders do from a list."""
