"""A polite, resumable crawl of a URL list into WARC files that the rest of the corpus is built from.

Heavy imports wait until a crawl begins: the other commands must not pay for Scrapy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus_builder.crawl.urls import BadLine, Target, read_urls


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What became of every line of the list: ``listed`` is the sum of all that follows, ``parts`` apart.

    ``done_before`` were answered in an earlier run, ``repeated`` stand twice in the list,
    ``invalid`` counts unusable lines by reason, ``outcomes`` the URLs of this run (``fetched``
    whatever the status, else why not), ``not_reached`` those that an interrupted run did not come
    to.
    """

    listed: int
    repeated: int
    done_before: int
    not_reached: int
    invalid: Mapping[str, int]
    outcomes: Mapping[str, int]
    end: str
    parts: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        return self.end == "finished" and self.not_reached == 0


@dataclass(slots=True)
class Listing:
    """Counts a list while it is read, as its entries are asked for."""

    path: Path
    done: set[str]
    listed: int = 0
    repeated: int = 0
    done_before: int = 0
    wanted: int = 0
    invalid: Counter[str] = field(default_factory=Counter)

    def targets(self) -> Iterator[Target]:
        """The entries still to be fetched, each URL once."""
        seen: set[str] = set()
        for entry in read_urls(self.path):
            self.listed += 1
            if isinstance(entry, BadLine):
                self.invalid[entry.reason] += 1
            elif entry.url in seen:
                self.repeated += 1
            else:
                seen.add(entry.url)
                if entry.url in self.done:
                    self.done_before += 1
                else:
                    self.wanted += 1
                    yield entry


def crawl(
    urls: Path,
    out: Path,
    *,
    user_agent: str,
    delay_seconds: float,
    concurrency: int,
    timeout_seconds: float = 60.0,
    max_bytes: int = 32 * 2**20,
    retries: int = 2,
    part_bytes: int = 1_000_000_000,
) -> CrawlSummary:
    """Fetch the list ``urls`` (see ``read_urls``) into ``out/crawl-NNNNN.warc.gz``; goes on where it was left.

    Once a process: Scrapy's reactor does not start twice. URLs that finished parts answer are not
    asked again, failed ones are. Raises ``CrawlInUse`` when another crawl holds ``out``,
    ``OSError`` when the list cannot be read or the archive not be written; what was fetched until
    then stays readable.
    """
    from corpus_builder.crawl.archive import Archive, alone, fetched_urls, salvage
    from corpus_builder.crawl.spider import Manners, fetch

    with urls.open("rb"):
        pass  # a list that is not there must be an error before anything is written
    with alone(out):
        salvage(out)
        listing = Listing(urls, fetched_urls(out))
        info = {
            "software": "jp-corpus-builder",
            "format": "WARC File Format 1.0",
            "robots": "obey",
            "http-header-user-agent": user_agent,
        }
        archive = Archive(out, info, part_bytes)
        manners = Manners(user_agent, delay_seconds, concurrency, timeout_seconds, max_bytes, retries)
        targets = listing.targets()
        outcomes, end = fetch(targets, archive, manners)
        for _ in targets:
            pass  # an interrupted crawl still says how much of the list it did not come to
    return CrawlSummary(
        listed=listing.listed,
        repeated=listing.repeated,
        done_before=listing.done_before,
        not_reached=listing.wanted - outcomes.total(),
        invalid=dict(listing.invalid),
        outcomes=dict(outcomes),
        end=end,
        parts=tuple(archive.parts),
    )
