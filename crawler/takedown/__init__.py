"""`scrapy forget`: articles or a site out of archive, dataset and indexes, for good."""
