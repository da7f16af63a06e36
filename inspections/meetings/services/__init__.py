"""The verbs of cell meetings."""
