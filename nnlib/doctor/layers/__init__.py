"""The backward pass of any one layer."""
