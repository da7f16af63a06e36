"""The leader's board with its lists, and the search."""
