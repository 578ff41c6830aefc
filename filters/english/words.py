"""Where English words begin and end: the rules of spaCy's English tokenizer, compiled, with a short list of exceptions.

A run of characters without space is stripped of quotes, brackets and stops, and then cut at hyphens, slashes and
contractions: ``"(don't stop),"`` is ``( do n't stop ) ,``. URLs and ``Mr.`` stay whole. Measures that published
stacks compute over such tokens need the same tokens, for every tenth of them is a mark.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters.buffers import Bytes, decode, kernel, signed
from filters.english.rules import (
    ABBREVIATIONS,
    BLANK,
    CLOSING,
    CURRENCY,
    DIGIT,
    ENDINGS,
    HOST,
    ICON,
    LETTER,
    LOWER,
    MARK,
    OPENING,
    QUOTE,
    SIGN,
    UNITS,
    UPPER,
    Classes,
    class_of,
    classes,
    exceptions,
)
from filters.hashing import Keys, slot_of

Codes = npt.NDArray[np.int32]

CODE, CLASS, END = 0, 1, 2  # rows of a run
LONGEST = 1 << 12  # characters; a longer run without space is cut here, whatever it is
_NEVER_IN_WORDS = OPENING | CLOSING | QUOTE | CURRENCY | ICON | MARK | SIGN | DIGIT


def new_run() -> Codes:
    """Room for the characters between two spaces (CODE), their classes (CLASS), and where each word ends (END).

    One array and no tuple of three: what kernels pass to each other is counted at every call.
    """
    return np.empty((3, LONGEST + 1), np.int32)


def english_words(text: str) -> list[str]:
    """The words and marks of one text, for the prompt and for tests.

    >>> english_words("Mr. Hill's well-known shop (don't ask), at https://hill.example/a-b, opens 9%...")
    ['Mr.', 'Hill', "'s", 'well', '-', 'known', 'shop', '(', 'do', "n't", 'ask', ')', ',', 'at', \
'https://hill.example/a-b', ',', 'opens', '9', '%', '...']
    """
    data = np.frombuffer(text.encode(), np.uint8)
    run, at, found = new_run(), 0, []
    while at < len(data):
        at, size, seen = next_run(data, at, len(data), classes(), run)
        start = 0
        for end in run[END, : cut(run, size, seen, exceptions())]:
            found.append("".join(map(chr, run[CODE, start:end])))
            start = int(end)
    return found


@kernel
def next_run(data: Bytes, at: int, end: int, classes: Classes, run: Codes) -> tuple[int, int, int]:
    """Read up to the next space: where to go on, how many characters were read (0 at the end), all their classes."""
    size = seen = 0
    while at < end and size < LONGEST:
        code, after = decode(data, at)
        bits = class_of(code, classes)
        if bits & BLANK:
            if size:
                break
        else:
            run[CODE, size], run[CLASS, size] = code, bits
            seen |= bits
            size += 1
        at = after
    return at, size, seen


@kernel
def cut(run: Codes, size: int, seen: int, exceptions: Keys) -> int:
    """Fill ``run.ends`` with the end of each word in the run of ``size`` characters, and count them."""
    if seen & _NEVER_IN_WORDS:
        return _cut(run, size, exceptions)
    run[END, 0] = size
    return 1 if size else 0


@kernel
def _cut(run: Codes, size: int, exceptions: Keys) -> int:
    low, high, count, behind = 0, size, 0, LONGEST
    while low < high and not _abbreviated(run, low, high, exceptions):
        front = _opening(run, low, high)
        if front and _abbreviated(run, low + front, high, exceptions):
            low, count = low + front, _put(run, count, low + front)
            break
        back = _closing(run, low + front, high, exceptions)
        alone = back and _abbreviated(run, low, high - back, exceptions)
        if not front and not back:
            break
        if front and not alone:
            low, count = low + front, _put(run, count, low + front)
        if back:
            run[END, behind] = high
            high, behind = high - back, behind - 1
        if alone:
            break
    if low < high:
        count = _inside(run, low, high, count, exceptions)
    while behind < LONGEST:
        behind += 1
        count = _put(run, count, run[END, behind])
    return count


@kernel
def _put(run: Codes, count: int, end: int) -> int:
    run[END, count] = end
    return count + 1


@kernel
def _opening(run: Codes, low: int, high: int) -> int:
    """How many characters are stripped from the front."""
    code = run[CODE, low]
    if run[CLASS, low] & (OPENING | ICON):
        return 1
    if code == 0x2B:  # +
        return 0 if low + 1 < high and run[CLASS, low + 1] & DIGIT else 1
    dots = low
    while dots < high and run[CODE, dots] == 0x2E:
        dots += 1
    return dots - low if dots - low > 1 else 0


@kernel
def _closing(run: Codes, low: int, high: int, exceptions: Keys) -> int:
    """How many characters are stripped from the back."""
    if low >= high:
        return 0
    last = high - 1
    code, bits = run[CODE, last], run[CLASS, last]
    before = signed(run[CLASS, last - 1]) if last > low else 0
    if bits & (CLOSING | ICON):
        return 1
    if code == 0x2E:
        dots = last
        while dots > low and run[CODE, dots - 1] == 0x2E:
            dots -= 1
        if dots < last:
            return high - dots
        signs = last > low and run[CODE, last - 1] in (0x25, 0xB2, 0x2D, 0x2B)
        capitals = last > low + 1 and before & run[CLASS, last - 2] & UPPER
        return 1 if before & (DIGIT | LOWER | CLOSING) or signs or capitals else 0
    if code in (0x73, 0x53) and last > low and run[CODE, last - 1] in (0x27, 0x2019):  # 's
        return 2
    if before & DIGIT and (bits & CURRENCY or code in (0x25, 0x2B)):
        return 1
    letters = last
    while letters > low and run[CLASS, letters] & LETTER and last - letters < 4:
        letters -= 1
    if letters < last and run[CLASS, letters] & DIGIT and _known(run, letters + 1, high, exceptions[UNITS]):
        return last - letters
    return 0


@kernel
def _inside(run: Codes, low: int, high: int, count: int, exceptions: Keys) -> int:
    """Cut what is left between the stripped marks."""
    if _abbreviated(run, low, high, exceptions):
        return _put(run, count, high)
    contracted = _contraction(run, low, high, exceptions)
    if contracted:
        return _put(run, _put(run, count, contracted), high)
    at, start, unsure = low + 1, low, True
    while at < high:
        if run[CLASS, at] & (LETTER | DIGIT):
            at += 1
            continue
        size = _joint(run, low, at, high)
        if size and unsure and _is_url(run, low, high):
            break
        if size:
            unsure = False
            if at > start:
                count = _put(run, count, at)
            count, start = _put(run, count, at + size), at + size
        at += max(size, 1)
    return _put(run, count, high) if start < high else count


@kernel
def _joint(run: Codes, low: int, at: int, high: int) -> int:
    """How many characters from ``at`` on join two words into one run: hyphens, dashes, slashes, ellipses."""
    code = run[CODE, at]
    if run[CLASS, at] & ICON or code == 0x2026:
        return 1
    after = at + 1
    while code in (0x2E, 0x2D, 0x2014) and after < high and run[CODE, after] == code:
        after += 1
    if code == 0x2E and after - at > 1:
        return after - at
    if after == high or at == low:
        return 0
    before, behind, size = signed(run[CLASS, at - 1]), signed(run[CLASS, after]), after - at
    word = before & (LETTER | DIGIT) and behind & LETTER
    if (code == 0x2D and word and size <= 3) or (code == 0x2014 and word and size <= 2):
        return size
    if size > 1:
        return 0
    joins = word != 0 and code in (0x2013, 0x7E, 0x3A, 0x3C, 0x3E, 0x3D, 0x2F)  # – ~ : < > = /
    joins |= code == 0x2C and before & behind & LETTER != 0
    joins |= code == 0x2E and before & (LOWER | QUOTE) != 0 and behind & (UPPER | QUOTE) != 0
    sums = code in (0x2B, 0x2D, 0x2A, 0x5E) and before & DIGIT != 0  # + - * ^
    joins |= sums and (behind & DIGIT != 0 or run[CODE, after] == 0x2D)
    return 1 if joins else 0


@kernel
def _contraction(run: Codes, low: int, high: int, exceptions: Keys) -> int:
    """Where don't and they'll fall apart; 0 if nothing is contracted here."""
    mark = max(high - 3, low)
    while mark < high and run[CODE, mark] not in (0x27, 0x2019):
        mark += 1
    if mark in (low, high) or not run[CLASS, mark - 1] & LETTER:
        return 0
    if mark == high - 2 and run[CODE, high - 1] == 0x74 and run[CODE, mark - 1] == 0x6E:
        return mark - 1 if mark - 1 > low else 0
    return mark if mark + 1 < high and _known(run, mark + 1, high, exceptions[ENDINGS]) else 0


@kernel
def _abbreviated(run: Codes, low: int, high: int, exceptions: Keys) -> bool:
    return low + 1 < high and run[CODE, high - 1] == 0x2E and _known(run, low, high, exceptions[ABBREVIATIONS])


@kernel
def _known(run: Codes, low: int, high: int, words: Keys) -> bool:
    if high - low > 8:
        return False
    key = np.uint64(0)
    for at in range(low, high):
        if run[CODE, at] >= 0x80:
            return False
        key = key << np.uint64(8) | np.uint64(run[CODE, at])
    return bool(words[slot_of(words, key)] == key)


@kernel
def _is_url(run: Codes, low: int, high: int) -> bool:
    """A host name with a top-level domain, with or without a scheme, a user and a path."""
    at = low
    for place in range(low + 2, high - 2):
        if run[CODE, place] == 0x3A and run[CODE, place + 1] == 0x2F and run[CODE, place + 2] == 0x2F:
            at = place + 3
            break
        if run[CODE, place] == 0x2F:
            break
    for place in range(at + 1, high):
        if run[CODE, place] == 0x40:
            at = place + 1
    dot, label = -1, at
    while at < high and (run[CLASS, at] & HOST or run[CODE, at] == 0x2E):
        if run[CODE, at] == 0x2E:
            if at == label:
                return False
            dot, label = at, at + 1
        elif dot >= 0 and not run[CLASS, at] & LOWER:
            label = at + 1  # no top-level domain, unless another label follows
        at += 1
    if dot < 0 or label != dot + 1 or at - label < 2:
        return False
    return at == high or run[CODE, at] in (0x2F, 0x3F, 0x23, 0x3A)
