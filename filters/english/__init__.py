"""English and other text with spaces between its words: the published rules of Gopher, C4 and FineWeb, as measures."""
