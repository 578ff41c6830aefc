"""What a selection does unless it is told otherwise, and why."""

# At most 20 requests and 20 MB a second: Common Crawl's servers sustain a few thousand requests a second for
# everybody together (https://status.commoncrawl.org), and single users have been blocked for taking most of that.
REQUESTS = 20.0
RATE = 20_000_000
CONNECTIONS = 8
# Bytes between two records that are fetched along. In the time of one request, at these rates, 1 MB can be fetched in
# its stead; half of that, because the bytes are taken from everybody's servers too. With 5 % of the pages wanted, of
# 34 KB each (``python tests/benchmarks/selection.py``): 0.86 requests a record and 1.09 bytes fetched for each wanted
# at 64 KiB, 0.65 and 2.1 at 256 KiB, 0.46 and 4.3 at 512 KiB, 0.23 and 9.1 at 1 MiB (no gap: 1 and 1).
GAP = 512 << 10
# Bytes to fetch a unit: a unit is one input file of the read stage.
UNIT = 1_000_000_000
