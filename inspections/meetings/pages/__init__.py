"""The pages of criteria sets and of cell meetings."""
