"""The machine: sources are read, judged, deduplicated, tokenized and audited; every unit leaves a receipt."""
