"""The three spiders. What they share is base.py."""
