"""Pages that only a browser shows, rendered without giving the browser a network. Needs the extra `render`."""
