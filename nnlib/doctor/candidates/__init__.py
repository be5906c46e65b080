"""Everything that backpropagation may have been changed into: the right expressions, their edits, and the named mistakes."""
