"""The subcommands: each takes its arguments, makes one call and returns an exit status."""
