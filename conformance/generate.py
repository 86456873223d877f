"""Writes assignment.json and decision.json: reference values of assignment v1, and which version a subject gets and
why. Hashes are computed here, apart from Sluice's own code; versions and reasons are written down by hand.

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


STABLE, CANARY = "v1.0.0", "v1.1.0"
LOW, HIGH = "user-346", "user-7208"
"""Subjects in bucket 1 and bucket 9999 of mfe1@v1.1.0."""


def pointer(**fields):
    base = {"version": STABLE, "canaryVersion": CANARY, "canaryPercent": 50, "lastUpdated": "2024-01-15T10:30:00Z"}
    return {name: value for name, value in {**base, **fields}.items() if value is not ...}


def gets(arm, reason, bucket=None):
    decision = {"version": CANARY if arm == "canary" else STABLE, "arm": arm, "reason": reason}
    return decision if bucket is None else {**decision, "bucket": bucket}


def by_bucket(arm, subject, salt="mfe1@v1.1.0"):
    return gets(arm, "bucket", vector(salt, subject)["bucket"])


def case(name, expected, asked=None, **fields):
    return {"name": name, "app": "mfe1", "pointer": pointer(**fields), **(asked or {}), "expected": expected}


# Every rule holds against all the rules below it: the case meets those as well, and they would say otherwise.
EVERYTHING = {"bot": True, "override": "canary", "claims": ["staff"], "hashes": ["aa"], "region": "eu", "subject": LOW}
LISTS = {"audience": "staff", "allowList": ["aa"], "enabledRegions": ["eu"]}


def without(*names):
    return {name: value for name, value in EVERYTHING.items() if name not in names}


ORDER = [
    case("no canary is before blocked", gets("stable", "no-canary"), EVERYTHING, canaryVersion=None, blocked=[CANARY], **LISTS),
    case("no canary field at all", gets("stable", "no-canary"), {"subject": LOW}, canaryVersion=..., canaryPercent=...),
    case("blocked is before bot and override", gets("stable", "blocked"), EVERYTHING, blocked=["v0.9.0", CANARY], **LISTS),
    case("another blocked version does not matter", by_bucket("canary", LOW), {"subject": LOW}, blocked=["v0.9.0"]),
    case("bot is before override", gets("stable", "bot"), EVERYTHING, **LISTS),
    case("override is before audience", gets("canary", "override"), {**without("bot"), "claims": []}, **LISTS),
    case("override to stable is before audience", gets("stable", "override"), {**without("bot"), "override": "stable"}, **LISTS),
    case("override needs no subject", gets("canary", "override"), {"override": "canary"}),
    case("override to the canary at 0 percent", gets("canary", "override"), {"override": "canary"}, canaryPercent=0),
    case("override to stable at 100 percent", gets("stable", "override"), {"override": "stable", "subject": LOW}, canaryPercent=100),
    case("override under an unknown assignment", gets("canary", "override"), {"override": "canary"}, assignment="v2"),
    case("audience with the claim is before the region", gets("canary", "audience"), {**without("bot", "override"), "region": "us"}, **LISTS),
    case("audience without the claim is before the allow list", gets("stable", "audience"), {**without("bot", "override"), "claims": ["beta"]}, **LISTS),
    case("audience without any claim", gets("stable", "audience"), without("bot", "override", "claims"), **LISTS),
    case("audience with the claim at 0 percent", gets("canary", "audience"), {"claims": ["beta", "staff"]}, canaryPercent=0, audience="staff"),
    case("allow list is before the region", gets("canary", "allow-list"), {"hashes": ["aa"], "region": "us"}, allowList=["aa"], enabledRegions=["eu"]),
    case("allow list by the second hash, at 0 percent", gets("canary", "allow-list"), {"hashes": ["cc", "bb"]}, canaryPercent=0, allowList=["aa", "bb"]),
    case("not on the allow list goes on", by_bucket("stable", HIGH), {"hashes": ["cc"], "subject": HIGH}, allowList=["aa"]),
    case("an empty allow list names nobody", by_bucket("canary", LOW), {"hashes": ["aa"], "subject": LOW}, allowList=[]),
    case("no region list means all", by_bucket("canary", LOW), {"subject": LOW}),
    case("an empty region list means none", gets("stable", "region"), {"region": "eu", "subject": LOW}, enabledRegions=[]),
    case("a region that is not listed", gets("stable", "region"), {"region": "us", "subject": LOW}, enabledRegions=["eu"]),
    case("an unknown region", gets("stable", "region"), {"subject": LOW}, enabledRegions=["eu"]),
    case("a region differs by case", gets("stable", "region"), {"region": "EU", "subject": LOW}, enabledRegions=["eu"]),
    case("a listed region goes on", by_bucket("canary", LOW), {"region": "eu", "subject": LOW}, enabledRegions=["us", "eu"]),
    case("region is before no subject", gets("stable", "region"), {"region": "us"}, enabledRegions=["eu"]),
    case("no subject", gets("stable", "no-subject"), {}, canaryPercent=100),
    case("an empty subject is none", gets("stable", "no-subject"), {"subject": ""}, canaryPercent=100),
    case("unknown assignment", gets("stable", "error"), {"subject": LOW}, assignment="v2", canaryPercent=100),
    case("assignment v1 by name", by_bucket("canary", LOW), {"subject": LOW}, assignment="v1"),
]


def weights():
    """Both sides of each weight of the standard plan, and of the least weight."""
    for one in borders():
        for percent in (0, 0.01, 5, 25, 50, 99.99, 100):
            arm = "canary" if one["bucket"] < round(percent * 100) else "stable"
            name = f"bucket {one['bucket']} at {percent} percent"
            yield case(name, gets(arm, "bucket", one["bucket"]), {"subject": one["subject"]}, canaryPercent=percent)


def salts():
    for salt, subject in [("mfe1@v1.0.9", LOW), ("checkout-group", "naïve"), ("mfe1@v1.1.0", "\ud800")]:
        bucket = vector(salt, subject)["bucket"]
        arm = "canary" if bucket < 5000 else "stable"
        yield case(f"salt {salt} is the pointer's", gets(arm, "bucket", bucket), {"subject": subject}, salt=salt)


READING = [
    case("unknown schema: the brief's fields and blocked", gets("stable", "blocked"), {"subject": LOW}, schema=2, blocked=[CANARY]),
    case("unknown schema: new fields are not obeyed", by_bucket("canary", LOW), {"subject": LOW}, schema=2, enabledRegions=[], audience={"all": "of a new shape"}),
    case("percent 250 is damage: stable", gets("stable", "no-canary"), {"subject": LOW}, canaryPercent=250),
    case("percent as text is damage: stable", gets("stable", "no-canary"), {"subject": LOW}, canaryPercent="50"),
    case("percent with three decimals is damage: stable", gets("stable", "no-canary"), {"subject": LOW}, canaryPercent=12.345),
    case("a canary with a bad name is damage: stable", gets("stable", "no-canary"), {"subject": LOW}, canaryVersion="../v1.1.0"),
    case("no stable version: nothing can be decided", {"unreadable": True}, {"subject": LOW}, version=...),
    case("a bad stable version: nothing can be decided", {"unreadable": True}, {"subject": LOW}, version="latest"),
]


def write(name, document):
    path = Path(__file__).parent / name
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")


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
    write("assignment.json", document)
    decisions = [*ORDER, *weights(), *salts(), *READING]
    write("decision.json", {"kind": "decision", "source": "conformance/generate.py", "decisions": decisions})


main()
