"""The schema of the frontier, revision by revision: each is named by the number that it leads to."""
