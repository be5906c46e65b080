"""Publishing: run the lessons from the top, hold them to their contract, and build the pages that need no kernel."""


class PublishError(Exception):
    """Something outside the lessons stopped the work; the message says what was expected, what came, what to do."""
