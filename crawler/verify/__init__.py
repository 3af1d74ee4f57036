"""`scrapy verify`: archive, dataset and manifests against each other."""
