"""The fetching itself, by Scrapy: robots.txt obeyed, hosts spared, every answer handed to the archive as it came.

Only here is Scrapy known. Its reactor runs once in a process, so ``fetch`` can be called once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Headers, Request, Response, TextResponse

from corpus_builder.crawl.archive import FETCHED, Archive, Exchange
from corpus_builder.crawl.urls import Target

DENY_ALL = b"User-agent: *\nDisallow: /\n"
WINDOW = 50_000  # listed URLs held by the scheduler at once, about 100 MB
# Scrapy 2.13 passes Twisted's exceptions on, later ones its own: both are known by name.
FAILURES = {
    "CannotResolveHostError": "no_such_host",
    "DNSLookupError": "no_such_host",
    "DownloadConnectionRefusedError": "refused",
    "ConnectionRefusedError": "refused",
    "DownloadTimeoutError": "timeout",
    "TimeoutError": "timeout",
    "TCPTimedOutError": "timeout",
    "DownloadCancelledError": "too_large",
    "CancelledError": "too_large",
    "ResponseDataLossError": "broken_off",
    "DownloadFailedError": "broken_off",
    "ResponseFailed": "broken_off",
    "ConnectionLost": "broken_off",
}


class Manners(NamedTuple):
    """How to behave: ``delay_seconds`` between the starts of two requests to one host,
    ``concurrency`` requests at once over all hosts; a page beyond ``max_bytes`` or
    ``timeout_seconds`` is given up."""

    user_agent: str
    delay_seconds: float
    concurrency: int
    timeout_seconds: float = 60.0
    max_bytes: int = 32 * 2**20
    retries: int = 2


class Visits(scrapy.Spider):  # type: ignore[misc]
    """Asks for each target once and writes down what became of it."""

    name = "visits"

    def __init__(self, targets: Iterable[Target], archive: Archive, outcomes: Counter[str]) -> None:
        super().__init__()
        self.targets, self.archive, self.outcomes = targets, archive, outcomes
        self.unreachable: set[str] = set()
        self.fault: OSError | None = None

    async def start(self) -> AsyncIterator[Request]:
        for number, target in enumerate(self.targets, 1):
            yield Request(
                target.url,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
                cb_kwargs={"target": target},
            )
            if number % WINDOW == 0:
                await self.crawler.signals.wait_for(signals.scheduler_empty)

    def answered(self, response: Response, target: Target) -> None:
        self.note(target, FETCHED, {"status": str(response.status), "final-url": response.url})

    def failed(self, failure: Any) -> None:
        request, error = failure.request, failure.value
        target: Target = request.cb_kwargs["target"]
        stored = request.meta.get("stored")
        outcome, fields = self.reason(request, error), {"final-url": request.url}
        if stored and stored[0] == request.url and outcome != "redirect_loop":
            outcome = FETCHED  # the answer is in the archive; only Scrapy could not use it
            fields["status"] = stored[1]
        self.note(target, outcome, fields)

    def reason(self, request: Request, error: BaseException) -> str:
        if "robots.txt" in str(error):
            host = request.url.split("/", 3)[2]
            return "robots_unreachable" if host in self.unreachable else "robots_denied"
        if "max redirections" in str(error):
            return "redirect_loop"
        return FAILURES.get(type(error).__name__, type(error).__name__)

    def note(self, target: Target, outcome: str, fields: dict[str, str]) -> None:
        if self.fault is None:
            try:
                self.archive.outcome(target, outcome, fields)
            except OSError as error:
                self.stop(error)
            else:
                self.outcomes[outcome] += 1

    def stop(self, error: OSError) -> None:
        """End the crawl: what cannot be written must not be fetched."""
        self.fault = self.fault or error
        self.crawler.engine.close_spider(self, "archive_not_writable")


class Keeping:
    """Next to the network: hands each answer to the archive before anything decodes or follows it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Keeping:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        spider: Visits = self.crawler.spider
        if spider.fault is None:
            try:
                spider.archive.store(exchange(request, response))
                request.meta["stored"] = (request.url, str(response.status))
            except OSError as error:
                spider.stop(error)
        return response


class Unreachable:
    """A robots.txt that cannot be had forbids everything (RFC 9309, 2.3.1.4); Scrapy alone would go on."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unreachable:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if is_robots(request) and response.status >= 500:
            return self.deny(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        return self.deny(request) if is_robots(request) else None

    def deny(self, request: Request) -> Response:
        self.crawler.spider.unreachable.add(request.url.split("/", 3)[2])
        return TextResponse(request.url, status=200, body=DENY_ALL, request=request)


def is_robots(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))


def exchange(request: Request, response: Response) -> Exchange:
    """What went over the wire, as the archive takes it."""
    host = request.url.split("/", 3)[2].rsplit("@", 1)[-1]
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = ""
    return Exchange(
        url=request.url,
        request_headers=[("Host", host), *pairs(request.headers)],
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        reason=reason,
        response_headers=pairs(response.headers),
        body=response.body,
        address=str(response.ip_address or ""),
    )


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Header lines as text; bytes beyond ASCII are kept one to one, line ends cannot come in."""
    return [
        (name.decode("latin-1"), " ".join(value.decode("latin-1").splitlines()))
        for name, values in headers.items()
        for value in values
    ]


def settings(manners: Manners) -> dict[str, Any]:
    """Scrapy told to be polite, bounded and quiet, and not to interpret what it fetches."""
    here = __name__
    return {
        "USER_AGENT": manners.user_agent,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": manners.delay_seconds,
        "RANDOMIZE_DOWNLOAD_DELAY": False,  # it would go down to half the delay that was promised
        "CONCURRENT_REQUESTS": manners.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": manners.timeout_seconds,
        "DOWNLOAD_MAXSIZE": manners.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": manners.retries,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "no-referrer",
        "HTTPERROR_ALLOW_ALL": True,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Encoding": "identity"},
        "DOWNLOADER_MIDDLEWARES": {f"{here}.Unreachable": 540, f"{here}.Keeping": 990},
        "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "s3": None, "data": None},
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }


def fetch(targets: Iterable[Target], archive: Archive, manners: Manners) -> tuple[Counter[str], str]:
    """Fetch ``targets`` into ``archive`` and close it; counts of outcomes, and how the crawl ended.

    The end is ``finished``, or ``shutdown`` after an interrupt. Raises the ``OSError`` that ended
    a crawl whose archive could not be written.
    """
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # every failure is an outcome in the archive
    outcomes: Counter[str] = Counter()
    process = CrawlerProcess(settings(manners))
    crawler = process.create_crawler(Visits)
    process.crawl(crawler, targets=targets, archive=archive, outcomes=outcomes)
    process.start()
    fault = crawler.spider.fault
    if fault is not None:
        raise fault
    archive.close()
    return outcomes, str(crawler.stats.get_value("finish_reason") or "shutdown")
