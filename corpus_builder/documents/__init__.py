"""The first half of the road: input files are read into documents, and documents are judged."""
