"""Only the wanted records of a large crawl: chosen by its index, fetched by byte ranges, kept with their origin."""
