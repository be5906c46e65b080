"""A rule with state, such as momentum or Adam, over several steps."""
