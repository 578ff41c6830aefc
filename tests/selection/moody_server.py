"""A server of byte ranges on this machine that misbehaves as it is told, and counts what it is asked."""

from __future__ import annotations

import gc
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from corpus_builder.sources.origin import render


@dataclass
class Site:
    """``moods``: what to do at the next requests for the range that begins there (file, offset), one after the other;
    ``always``: at every request. ``asked``: every range that was asked for. ``hold``: after so many requests nobody
    gets an answer until ``release``."""

    files: dict[str, bytes]
    base: str = ""
    moods: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    always: str = ""
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    answered: list[tuple[str, int, int]] = field(default_factory=list)
    sent: int = 0
    hold: int = 10**9
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


class Moody(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        if "Range" not in self.headers:
            return self.say(200, self.site.files[name])
        first, last = (int(n) for n in self.headers["Range"].removeprefix("bytes=").split("-"))
        place = (name, first, last)
        self.site.asked.append(place)
        if len(self.site.asked) > self.site.hold:
            self.site.held.set()
            self.site.release.wait(30)
        moods = self.site.moods[name, first]
        mood = self.site.always or (moods.pop(0) if moods else "")
        content = self.site.files.get(name)
        if mood or content is None:
            return self.misbehave(mood or "404", content or b"", first, last)
        data = content[first : last + 1]
        if not data:
            return self.say(416, b"beyond")
        self.say(206, data, ("Content-Range", f"bytes {first}-{first + len(data) - 1}/{len(content)}"))
        self.site.answered.append(place)

    def misbehave(self, mood: str, content: bytes, first: int, last: int) -> None:
        told = ("Content-Range", f"bytes {first}-{last}/{len(content)}")
        data = content[first : last + 1]
        if mood.isdigit():
            more = [("Retry-After", "1")] if mood == "429" else []
            self.say(int(mood), b"no", *more, *([("Location", "/elsewhere")] if mood == "301" else []))
        elif mood == "wrong_range":
            self.say(206, data, ("Content-Range", f"bytes {first + 1}-{last + 1}/{len(content)}"))
        elif mood == "no_range":
            self.say(206, data)
        elif mood == "garbled":
            self.say(206, bytes(255 - b for b in data), told)
        elif mood == "other_page":
            self.say(206, render("x", 1, 2)[: len(data)].ljust(len(data), b"x"), told)
        elif mood == "early_close":
            self.say(206, data, told, cut=len(data) // 2)
        elif mood == "garbage":
            self.wfile.write(b"\x00\xff\x13 this is no HTTP\r\n\r\n" * 9)
            self.close_connection = True
        elif mood == "stall":
            self.site.release.wait(20)
            self.close_connection = True
        elif mood == "stall_in_body":
            self.say(206, data, told, cut=len(data) // 2, wait=True)
        elif mood == "whole":
            self.say(200, content * 2000)

    def say(self, status: int, body: bytes, *more: tuple[str, str], cut: int | None = None, wait: bool = False) -> None:
        self.send_response(status)
        for name, value in (("Content-Length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        try:
            for start in range(0, len(body[:cut]), 1 << 16):
                self.wfile.write(body[start : min(start + (1 << 16), cut or len(body))])
                self.site.sent += 1 << 16
            self.wfile.flush()
        except ConnectionError:
            cut = 0
        if wait:
            self.site.release.wait(20)
        if cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that give up in the middle are what some tests are about


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Site]:
    gc.collect()  # resiliparse's trees must be collected by the thread that made them, not by one of these
    site = Site(files)
    with Quiet(("127.0.0.1", 0), type("Handler", (Moody,), {"site": site})) as server:
        site.base = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.release.set()
            server.shutdown()
            thread.join()
