"""What came out, and whether to believe it: statistics, accounts, gates, and the report."""
