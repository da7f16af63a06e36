"""The verbs of superiors."""
