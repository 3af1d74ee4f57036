"""A site file read, checked and typed, and the table of the sites for the docs."""
