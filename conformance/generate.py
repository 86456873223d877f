"""Writes assignment.json: reference values of assignment v1, computed apart from Sluice's own code.

    python3 conformance/generate.py

MurmurHash3_x86_32 after Austin Appleby's MurmurHash3.cpp (smhasher), seed 0, over the UTF-8 bytes of salt + ":" +
subject, lone surrogates as U+FFFD; bucket = floor(hash * 10000 / 2**32) in whole numbers.
"""

import json
import struct
from pathlib import Path

MASK = 0xFFFFFFFF


def rotl(value, by):
    return ((value << by) | (value >> (32 - by))) & MASK


def scramble(k):
    return rotl(k * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK


def murmur3(data):
    h = 0
    whole = len(data) // 4 * 4
    for (k,) in struct.iter_unpack("<I", data[:whole]):
        h = (rotl(h ^ scramble(k), 13) * 5 + 0xE6546B64) & MASK
    h ^= scramble(int.from_bytes(data[whole:], "little"))
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK
    return h ^ h >> 16


def utf8(text):
    """Text as JSON gives it: UTF-16 code units, pairs joined, a lone one replaced."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace").encode("utf-8")


def utf8_by_hand(text):
    """The same again from the code units alone, to check what Python's decoder makes of lone surrogates."""
    raw = text.encode("utf-16-le", "surrogatepass")
    units = [u for (u,) in struct.iter_unpack("<H", raw)]
    points, i = [], 0
    while i < len(units):
        u = units[i]
        pair = 0xD800 <= u < 0xDC00 and i + 1 < len(units) and 0xDC00 <= units[i + 1] < 0xE000
        if pair:
            points.append(0x10000 + ((u - 0xD800) << 10) + units[i + 1] - 0xDC00)
            i += 1
        else:
            points.append(0xFFFD if 0xD800 <= u < 0xE000 else u)
        i += 1
    return "".join(map(chr, points)).encode("utf-8")


def vector(salt, subject):
    data = utf8_by_hand(f"{salt}:{subject}")
    h = murmur3(data)
    return {"salt": salt, "subject": subject, "hash": h, "bucket": h * 10000 >> 32}


def borders():
    """Subjects whose buckets lie on both sides of the weights of the standard plan, and at both ends."""
    wanted = {0, 1, 499, 500, 2499, 2500, 4999, 5000, 9999}
    found = {}
    n = 0
    while len(found) < len(wanted):
        one = vector("mfe1@v1.1.0", f"user-{n}")
        if one["bucket"] in wanted:
            found.setdefault(one["bucket"], one)
        n += 1
    return [found[bucket] for bucket in sorted(found)]


PAIRS = [
    ("newCheckoutFlow", "user-1"),
    ("mfe1", "user-1"),
    ("mfe1:1.4.0", "user-1"),
    ("mfe1@v1.1.0", "0123456789abcdef0123456789abcdef"),
    ("mfe1@v1.1.0", "99999"),
    # Empty, and every length of the last, incomplete word.
    ("", ""),
    ("", "a"),
    ("a", ""),
    ("mfe1", ""),
    *[("mfe1", "abcdefgh"[:n]) for n in range(1, 9)],
    # One, two, three and four bytes a character, and their borders.
    ("mfe1", "\x00"),
    ("mfe1", "\x7f"),
    ("mfe1", "\x80"),
    ("mfe1", "\u07ff"),
    ("mfe1", "\u0800"),
    ("mfe1", "\ud7ff"),
    ("mfe1", "\ue000"),
    ("mfe1", "\ufeffbom"),
    ("mfe1", "\ufffd"),
    ("mfe1", "\uffff"),
    ("mfe1", "\U00010000"),
    ("mfe1", "\U0010ffff"),
    ("mfe1", "naïve"),
    ("mfe1", "nai\u0308ve"),
    ("mfe1", "日本語"),
    ("mfe1", "👍"),
    ("mfe1", "👩‍👩‍👧‍👦"),
    ("größe", "ß"),
    # Lone surrogates, at the end, at the start, in the middle, in the wrong order, doubled.
    ("mfe1", "\ud800"),
    ("mfe1", "\udbff"),
    ("mfe1", "\udc00"),
    ("mfe1", "\udfff"),
    ("mfe1", "a\ud83d"),
    ("mfe1", "\udc4da"),
    ("mfe1", "a\ud83da"),
    ("mfe1", "\udc4d\ud83d"),
    ("mfe1", "\ud83d\ud83d\udc4d"),
    ("mfe1", "\ud83d\udc4d\udc4d"),
    ("mfe1\ud83d", "user-1"),
    # The colon between salt and subject parts a pair: two lone surrogates, not one character.
    ("mfe1\ud83d", "\udc4d"),
    # Numbers that look like flags, high bytes in every place of a word.
    ("mfe1", "true"),
    ("mfe1", "0"),
    ("mfe1", "-1"),
    ("mfe1", "ÿÿÿÿ"),
    ("mfe1", " \t\r\n"),
    ("mfe1", "x" * 255),
    ("mfe1", "é" * 1000),
    ("mfe1", "👍" * 2500),
    ("mfe1", "0123456789" * 1001),
]


def main():
    assert murmur3(b"") == 0 and murmur3(b"hello") == 0x248BFA47 and murmur3(b"hello, world") == 0x149BBB7F
    for salt, subject in PAIRS:
        text = f"{salt}:{subject}"
        assert utf8_by_hand(text) == utf8(text), (salt, subject)
    document = {
        "kind": "assignment",
        "algorithm": "murmur3_x86_32 over UTF-8(salt + ':' + subject), seed 0; bucket = floor(hash * 10000 / 2^32)",
        "source": "conformance/generate.py, which shares no code with Sluice",
        "vectors": [vector(*pair) for pair in PAIRS] + borders(),
    }
    path = Path(__file__).parent / "assignment.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")


main()
