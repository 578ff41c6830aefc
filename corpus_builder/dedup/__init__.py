"""How duplicates are found: sketch every kept document, match what shares a key, cluster and verify."""
