"""What the contract asks of a function, what came back, and what that shows without any formula."""
