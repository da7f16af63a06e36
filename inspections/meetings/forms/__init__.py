"""The forms of criteria sets and of cell meetings."""
