import bz2
import gzip
import io
import random
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
import zstandard

from corpus_builder.sources.compressed import LARGEST, Damage, decompressed

Compress = Callable[[bytes], bytes]
CODECS: dict[str, Compress] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}
codecs = pytest.mark.parametrize("name", list(CODECS))
DICE = random.Random(7)
TEXT = b"".join(b"line %d %d\n" % (n, DICE.randrange(10**9)) for n in range(120_000))


def read(data: bytes) -> tuple[bytes, list[Damage]]:
    pieces = list(decompressed(io.BytesIO(data)))
    content = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    return content, [piece for piece in pieces if isinstance(piece, Damage)]


def test_a_plain_file_and_an_empty_one_are_read_as_they_are() -> None:
    assert read(TEXT) == (TEXT, [])
    assert read(b"") == (b"", [])


@codecs
def test_members_one_after_another_are_one_content(name: str) -> None:
    compress = CODECS[name]
    data = compress(TEXT) + compress(b"") + compress(b"tail")
    assert read(data) == (TEXT + b"tail", [])
    assert read(data + bytes(100_000)) == (TEXT + b"tail", [])


def test_skippable_zstd_frames_hold_nothing() -> None:
    skippable = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"ab\x1f\x8b!"
    assert read(skippable + CODECS["zstd"](b"text") + skippable) == (b"text", [])


@codecs
def test_everything_before_a_cut_comes_out(name: str) -> None:
    whole = CODECS[name](TEXT)
    content, damage = read(whole[:-20])
    assert TEXT.startswith(content)
    assert len(TEXT) - len(content) <= {"gzip": 1000, "bz2": 900_000, "zstd": 200_000}[name]
    assert damage == [Damage(f"{name}_truncated", len(whole) - 20, 0)]


@codecs
def test_a_corrupt_member_costs_only_itself(name: str) -> None:
    first, whole = CODECS[name](b"first\n"), CODECS[name](TEXT)
    broken = bytearray(whole)
    middle = len(broken) // 2
    broken[middle : middle + 64] = b"\xff" * 64
    content, damage = read(first + bytes(broken) + CODECS[name](b"after\n"))
    assert content.startswith(b"first\n") and content.endswith(b"after\n")
    assert [each.kind for each in damage] == [f"{name}_corrupt"]
    assert damage[0].offset + damage[0].length == len(first) + len(broken)
    assert damage[0].offset >= len(first)


def test_bytes_before_the_damage_are_those_that_were_written() -> None:
    """bzip2 checks each block, so that nothing false is handed out."""
    broken = bytearray(bz2.compress(TEXT))
    broken[-3000] ^= 0xFF
    content, damage = read(bytes(broken))
    assert len(content) >= 900_000 and TEXT.startswith(content)
    assert [each.kind for each in damage] == ["bz2_corrupt"]


def test_everything_that_can_be_made_of_the_bytes_before_the_damage_comes_out() -> None:
    broken = bytearray(gzip.compress(TEXT))
    middle = len(broken) // 2 + 5
    broken[middle : middle + 64] = b"\xff" * 64
    decoder, expected = zlib.decompressobj(wbits=31), b""
    with pytest.raises(zlib.error):
        for byte in broken:
            expected += decoder.decompress(bytes((byte,)))
    content, damage = read(bytes(broken))
    assert content == expected
    assert [each.kind for each in damage] == ["gzip_corrupt"]


@codecs
def test_bytes_that_are_no_member_are_named_and_passed_over(name: str) -> None:
    first, after = CODECS[name](b"first"), CODECS[name](b"after")
    content, damage = read(first + b"no member at all" * 9 + after)
    assert content == b"firstafter"
    assert damage == [Damage(f"{name}_trailing_bytes", damage[0].offset, damage[0].length)]
    assert len(first) <= damage[0].offset < len(first) + 9
    assert damage[0].offset + damage[0].length == len(first) + 9 * 16


def test_a_window_beyond_the_limit_is_named() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = compressor.compress(TEXT) + compressor.flush()
    assert [each.kind for each in read(data)[1]] == ["zstd_window_too_long"]


@pytest.mark.parametrize("window_log", [22, 27])
def test_long_windows_are_read(window_log: int) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=window_log, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    assert read(compressor.compress(TEXT) + compressor.flush()) == (TEXT, [])


@codecs
def test_a_bomb_comes_out_in_bounded_pieces(name: str) -> None:
    bomb = CODECS[name](bytes(200 << 20))
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in decompressed(io.BytesIO(bomb)) if isinstance(piece, bytes)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) == 200 << 20
    assert max(sizes) <= LARGEST
    assert peak < 160 << 20
