"""What a run counted, whether a site is healthy against its history, and the run's report and progress line."""
