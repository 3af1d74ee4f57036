"""Duplicate marks: signatures, the index of all rows before, and marks over a whole dataset."""
