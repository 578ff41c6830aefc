"""Mail addresses, also full-width and with the @ written out (``taro[at]example.jp``, ``taro★example.jp``)."""

from __future__ import annotations

from filters.buffers import Bytes, kernel
from filters.pii.text import before, char, is_letter, is_plain, word_after, word_before, words

_AT = words("アットマーク,アット,あっとまーく,あっと,アトマーク,at mark,atmark,at,a,@,☆,★")
_BARE_AT = words("アットマーク,あっとまーく,アット,_at_,-at-, at ,_atmark_,-atmark-, atmark ")
_DOTS = words("[dot],(dot),{dot},<dot>,_dot_,[ドット],(ドット),[.],(.),[ dot ],( dot ),dot ,ドット,ドット ")
_FILES = words(
    "png,jpg,jpeg,gif,svg,webp,bmp,ico,tif,tiff,js,mjs,css,scss,less,"
    "html,htm,xml,json,php,py,rb,cgi,txt,pdf,zip,gz,tgz,"
    "so,dll,exe,conf,service,timer,socket,target,mount,swift,java,class,yml,"
    "yaml,toml,lock,log,map,ts,tsx,jsx,vue,md,local,"
    "localdomain,internal,localhost,lan,plist,h,c,cpp,git,mp3,mp4,avi,mov",
    backwards=True,
)
_KNOWN = words(
    "jp,com,net,org,info,biz,edu,gov,co,io,me,tv,cc,name,jpn,tokyo,dev,app,test,example,us,uk,de,fr,cn,kr,tw,invalid",
    backwards=True,
)
_MACHINES = words(
    "git,svn,hg,cvs,anonymous,anoncvs",
    backwards=True,
)
_SHELLS = words(
    "ssh,scp,sftp,rsync,mosh,ssh-copy-id,git clone,telnet,slogin,rlogin",
    backwards=True,
)


@kernel
def mail(data: Bytes, start: int, end: int, sign: int, after: int, plain: bool) -> tuple[int, int]:
    """The address around an @ that is ``data[sign:after]``; (-1, -1) where it is none.

    No addresses are: a handle (``@name``, ``@name@server``), a host in code (``git@host:path``, ``ssh me@host``, a
    URL's user), a file name (``icon@2x.png``), a package's version (``left-pad@1.3.0``), a host without a domain.
    With ``plain`` unset the @ was written otherwise, and only well-known top-level domains count.
    """
    first = _local(data, start, sign)
    if first < 0:
        return -1, -1
    code, further = char(data, after, end)
    if plain and code == 64:
        after = further
    last = _domain(data, after, end, plain)
    if (
        last < 0
        or (data[sign] == 32 and data[sign + 1] | 32 == 97 and data[sign + 3] == 32 and not _spelt(data, after, last))
        or _is_code(data, start, end, first, sign, last)
    ):
        return -1, -1
    return first, last


@kernel
def at_in_brackets(data: Bytes, at: int, end: int) -> int:
    """Where an @ written as ``[at]``, ``（アット）`` or so ends; -1 for none. A bracket is at ``at``."""
    code, after = char(data, at, end)
    close = 41 if code == 40 else 93 if code == 91 else 62 if code == 60 else 125
    code, further = char(data, after, end)
    after = further if code == 32 else after
    word = word_after(data, after, end, _AT)
    if word < 0:
        return -1
    code, after = char(data, word, end)
    if code == 32:
        code, after = char(data, after, end)
    return after if code == close else -1


@kernel
def _spelt(data: Bytes, at: int, last: int) -> bool:
    """Whether no dot is in the domain: after a bare word at, only dots that are words too make an address."""
    dots = 0
    for each in range(at, last):
        dots += data[each] == 46
    return dots == 0


@kernel
def at_in_words(data: Bytes, at: int, end: int) -> int:
    """Where a bare アットマーク, ``_at_`` or ``at`` between spaces that starts at ``at`` ends, -1 for none."""
    return word_after(data, at, end, _BARE_AT)


@kernel
def _is_local(code: int) -> bool:
    return is_plain(code) or code == 46 or code == 95 or code == 45 or code == 43 or code == 37


@kernel
def _local(data: Bytes, start: int, at: int) -> int:
    """Where the part before the @ starts, one space allowed between; -1 for none."""
    code, back = before(data, start, at)
    if code == 32:
        at = back
        code, back = before(data, start, at)
    first = -1
    sign = at
    for _ in range(64):
        if not _is_local(code) and not (code == 39 and is_letter(before(data, start, back)[0]) and at < sign):
            break
        at = back
        first = at if is_plain(code) or code == 95 else first
        code, back = before(data, start, at)
    if first < 0 or code == 64 or (code == 47 and _in_path(data, start, back)):
        return -1
    return first


@kernel
def _in_path(data: Bytes, start: int, at: int) -> bool:
    code, _ = before(data, start, at)
    return is_plain(code) or code == 47 or code == 46


@kernel
def _domain(data: Bytes, at: int, end: int, plain: bool) -> int:
    """Where the domain ends that starts at ``at``: labels and a top-level domain of letters; -1 for none."""
    code, after = char(data, at, end)
    spaced = code == 32
    at = after if spaced else at
    last = -1
    labels = 0
    while labels < 8:
        begin = at
        letters = True
        code, after = char(data, at, end)
        while is_plain(code) or (code == 45 and at > begin):
            letters &= is_letter(code)
            at = after
            code, after = char(data, at, end)
        if at == begin:
            break
        labels += 1
        if labels > 1 and letters and _top(data, begin, at, plain and not spaced):
            last = at
        at = _dot(data, at, end, plain)
        if at < 0:
            break
    return last


@kernel
def _top(data: Bytes, begin: int, at: int, plain: bool) -> bool:
    """Whether a label can be a top-level domain: two letters or more, no ending of a file's name."""
    if at - begin < 2 or at - begin > 54:
        return False
    if plain:
        return word_before(data, begin, at, _FILES) != begin
    return word_before(data, begin, at, _KNOWN) == begin


@kernel
def _dot(data: Bytes, at: int, end: int, plain: bool) -> int:
    """Where the next label starts if a dot of any spelling stands at ``at``, else -1."""
    code, after = char(data, at, end)
    if code == 46:
        following, _ = char(data, after, end)
        return after if is_plain(following) else -1
    if code == 0x30FB and not plain:
        return after
    spaced = code == 32
    at = after if spaced else at
    after = word_after(data, at, end, _DOTS)
    if after < 0 or not spaced:
        return after
    code, further = char(data, after, end)
    return further if code == 32 else after


@kernel
def _is_code(data: Bytes, start: int, end: int, first: int, sign: int, last: int) -> bool:
    """Whether a machine is named rather than a mailbox."""
    if word_before(data, first, sign, _MACHINES) == first:
        return True
    code, after = char(data, last, end)
    if code == 58 and data[last] == 58:
        code, _ = char(data, after, end)
        if is_letter(code) or code == 126 or code == 47:
            return True
    code, back = before(data, start, first)
    if code == 58 or code == 47:
        for _ in range(80):
            code, further = before(data, start, back)
            if code <= 32 or code >= 0x7F or code == 63 or code == 61:
                break
            if code == 47:
                code, _ = before(data, start, further)
                return code == 47
            back = further
    if code == 32:
        return word_before(data, start, back, _SHELLS) >= 0
    return False
