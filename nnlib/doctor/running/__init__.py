"""Call code that is not ours, open what comes back, and leave no trace."""
