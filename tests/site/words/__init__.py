"""The vocabulary: Chinese sentence patterns written for this project, one module a register. Nothing is copied."""
