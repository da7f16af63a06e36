"""The verbs of findings, answers and notices."""
