"""What is read of the quality of a cell's meetings: the facts, and what is shown of them."""
