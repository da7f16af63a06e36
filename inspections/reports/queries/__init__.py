"""What the board, its lists and the search read: every figure equals the list it opens."""
