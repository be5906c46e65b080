"""Code brought as it is: the slopes of its own forward pass beside what it says or does."""
