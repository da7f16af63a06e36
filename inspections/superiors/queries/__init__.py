"""What superiors read of the meetings of their cells."""
