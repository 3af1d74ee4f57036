"""Work spread over the machines of a Ray cluster, and its archive as a source of Ray Data. Needs the extra `ray`."""

LOCAL = "local"
AUTO = "auto"
