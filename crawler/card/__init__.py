"""The dataset card for people (README.md) and for machines (croissant.json), counted from the data."""
