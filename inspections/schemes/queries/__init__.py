"""What is read of schemes: the lists, the figures, and the rows behind each."""
