"""Where documents come from: readers of WARC files, dumps and tables, all with one shape (``reading``)."""
