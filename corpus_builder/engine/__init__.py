"""How work is done: units, receipts, child processes with limits, and two runners that write the same bytes."""
