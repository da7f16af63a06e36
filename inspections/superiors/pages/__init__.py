"""The pages of superiors."""
