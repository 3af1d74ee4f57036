"""One file a revision. What is in one that was released never changes."""
