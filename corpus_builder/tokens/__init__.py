"""The second half of the road: survivors are encoded, sorted into shards, and mixed into a training order."""
