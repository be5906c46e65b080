"""Call code that is not ours, open and match what comes back, and leave no trace."""
