"""Writes analysis-rules.json: whole runs of the analysis and single rules, computed apart from Sluice's own code, on the
natural scale wherever that does not overflow.

    python3 conformance/generate-analysis-rules.py

Each rule that the parts in analysis.json do not pin has a run here in which it matters: the end of the horizon, short
slots, empty slots, noise, weights of the metrics, thresholds and strata of load times, the shares th_b that follow the
baseline, three failed subjects, the guardrail and a global incident, the incident rule of promote, sample ratio over
revisions, hold and its release, clamps of the ramp, new errors, the confidence band. The formulas are those of
docs/analysis.md. Sluice keeps nine decimals of ln S, hence the tolerance.
"""

import json
import math
import random
from pathlib import Path

PATH = Path(__file__).parent / "analysis-rules.json"
HARM = [1.25, 1.6, 2.2, 3.5, 6.0, 12.0, 40.0, 200.0]
SAFE = [0.6, 0.35, 0.15, 0.02]
TAILS = [0.5, 0.25, 0.1, 0.05]
ODDS = [1.3, 1.8, 3.0, 6.0]
WEIGHTS = {"errors": 0.4, "load-time": 0.3, "remote-failures": 0.2, "guardrail": 0.1}
LN100, LN20, LN1000 = math.log(100), math.log(20), math.log(1000)


def rate_increment(nc, ec, nb, eb, rho, delta, r):
    if rho == 0:
        return ec * math.log(r) - nc * delta * (r - 1) if nc else 0.0
    if nc == 0 or nb == 0:
        return 0.0
    kappa = rho * nc / nb
    x, y = r * (1 + kappa) / (1 + r * kappa), (1 + kappa) / (1 + r * kappa)
    return ec * math.log(x) + eb * math.log(y) - nc * delta * (x - 1)


def odds_increment(nc, ec, nb, eb, theta, r):
    if nc == 0 or nb == 0:
        return 0.0
    canary = r * theta / (1 - theta + r * theta)
    both = (nc * canary + nb * theta) / (nc + nb)
    return (
        ec * math.log(canary / both)
        + (nc - ec) * math.log((1 - canary) / (1 - both))
        + eb * math.log(theta / both)
        + (nb - eb) * math.log((1 - theta) / (1 - both))
    )


def mean_ln(values):
    high = max(values)
    return high + math.log(sum(math.exp(v - high) for v in values) / len(values))


def grow(ln_s, restart, increments):
    grown = []
    for value, more in zip(ln_s, increments):
        if restart > 0:
            high = max(value, math.log(restart))
            value = high + math.log(math.exp(value - high) + math.exp(math.log(restart) - high))
        grown.append(value + more)
    return grown


def ln_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def sample_ratio(w, nc, nb):
    if w <= 0 or w >= 1:
        return 0.0
    return (
        ln_beta(1000 * w + nc, 1000 * (1 - w) + nb)
        - ln_beta(1000 * w, 1000 * (1 - w))
        - nc * math.log(w)
        - nb * math.log(1 - w)
    )


def quantile(histogram, q):
    total = sum(n for _, n in histogram)
    seen = 0
    for bucket, n in sorted(histogram):
        seen += n
        if seen >= math.ceil(q * total):
            return bucket
    return None


def pooled(*histograms):
    total = {}
    for histogram in histograms:
        for bucket, n in histogram:
            total[bucket] = total.get(bucket, 0) + n
    return sorted(total.items())


class Run:
    """One rollout's analysis. A slot is {kind, rev, w, at, len, c, b, half, loads} as the file has it."""

    def __init__(self, rules, horizon, before):
        self.rules, self.horizon = rules, horizon
        self.rho, self.delta = (1.1, 0.0002) if rules["strict"] else (1.25, 0.0005)
        self.safe = (1.5, 0.001) if rules["strict"] else (2.0, 0.0025)
        self.names = [n for n in WEIGHTS if n != "guardrail" or rules["limit"] is not None]
        half = math.log(0.5)
        self.s = {n: [half] * (16 if n == "load-time" else 8) for n in self.names}
        self.hold, self.promote = [half] * 8, [0.0] * 4
        self.stable_limit = [half] * 8
        self.spent = {"comparison": 0.0, "guardrail": 0.0}
        self.totals = [0, 0, 0, 0]
        self.x2, self.noisy = before["noise"]
        self.gathered = [before["sessions"], before["failed"]]
        self.histogram = before["loads"]
        self.rate, self.taus = None, None
        self.freeze()
        self.tails = {"cold": [0, [0] * 4], "warm": [0, [0] * 4]}
        self.recent, self.revisions, self.failed_at, self.held = [], {}, None, set()
        self.order = []

    def freeze(self):
        n, e = self.gathered
        if self.rate is None and (e >= 20 or n >= 2000):
            self.rate = (e + 0.5) / (n + 1)
        if self.taus is None and sum(n for _, n in self.histogram) >= 200:
            self.taus = [quantile(self.histogram, 1 - t) for t in TAILS]

    def take(self, index, slot):
        k = slot["len"] / 10000
        kind = slot["kind"]
        v = min(k, max(0.0, self.horizon - self.spent[kind])) * 0.5 / self.horizon
        self.spent[kind] += k
        (nc, ec, lc), (nb, eb, lb) = slot["c"], slot["b"]
        phi = max(1.0, (10 + self.x2) / (10 + self.noisy))
        if kind == "guardrail":
            limit = self.rules["limit"]
            self.s["guardrail"] = grow(self.s["guardrail"], v, [rate_increment(nc, ec, 0, 0, 0, limit, r) / phi for r in HARM])
            self.stable_limit = grow(self.stable_limit, v, [rate_increment(nb, eb, 0, 0, 0, limit, r) / phi for r in HARM])
        else:
            self.compare(slot, v, phi)
        return self.judge(index)

    def compare(self, slot, v, phi):
        (nc, ec, lc), (nb, eb, lb) = slot["c"], slot["b"]
        inc = rate_increment
        self.s["errors"] = grow(self.s["errors"], v, [inc(nc, ec, nb, eb, self.rho, self.delta, r) / phi for r in HARM])
        self.s["remote-failures"] = grow(
            self.s["remote-failures"], v, [inc(nc, lc, nb, lb, self.rho, self.delta, r) / phi for r in HARM]
        )
        self.hold = grow(self.hold, v, [inc(nc, ec, nb, eb, 1, 0, r) / phi for r in HARM])
        self.load(slot, v, phi)
        # Promote: nothing before the reference is known, nothing after an incident, only what speaks against it in one.
        limit = max(3 * (self.rate or 0), (self.rate or 0) + 0.0025)
        since = slot["at"] - 300_000
        window = [(n, e) for at, n, e, _ in self.recent if (at // 30_000 + 1) * 30_000 > since]
        n300, e300 = sum(n for n, _ in window), sum(e for _, e in window)
        was = any(at >= since and bad for at, _, _, bad in self.recent)
        now = self.rate is not None and eb >= 5 and eb > limit * nb
        quiet = self.rate is None or was or (e300 >= 10 and e300 > limit * n300)
        steps = [inc(nc, ec, nb, eb, *self.safe, r) / phi for r in SAFE]
        steps = [0.0 if quiet else min(step, 0.0) if now else step for step in steps]
        self.promote = [value + step for value, step in zip(self.promote, steps)]
        self.recent.append((slot["at"], nb, eb, now))
        self.totals = [a + b for a, b in zip(self.totals, (nc, ec, nb, eb))]
        if slot.get("half") and eb > 0 and nb > 0:
            hn, he = slot["half"]
            q = hn / nb
            if 0 < q < 1:
                self.x2 += (he - eb * q) ** 2 / (eb * q * (1 - q))
                self.noisy += 1
        if self.rate is None:
            self.gathered = [self.gathered[0] + nb, self.gathered[1] + eb]
        if self.taus is None and slot.get("loads"):
            self.histogram = pooled(self.histogram, slot["loads"]["b"]["cold"][1], slot["loads"]["b"]["warm"][1])
        self.freeze()
        if slot["rev"] not in self.revisions:
            self.order.append(slot["rev"])
            self.revisions[slot["rev"]] = [slot["w"] / 10000, 0, 0]
        self.revisions[slot["rev"]][1] += nc
        self.revisions[slot["rev"]][2] += nb

    def load(self, slot, v, phi):
        if self.taus is None:
            return
        increments = [0.0] * 16
        loads = slot.get("loads")
        for stratum in ("cold", "warm") if loads else ():
            (cu, ch), (bu, bh) = loads["c"][stratum], loads["b"][stratum]
            nc, nb = cu + sum(n for _, n in ch), bu + sum(n for _, n in bh)
            seen, beyond = self.tails[stratum]
            more = []
            for q, (tail, tau) in enumerate(zip(TAILS, self.taus)):
                ec = cu + sum(n for bucket, n in ch if bucket > tau + 2)
                eb = bu + sum(n for bucket, n in bh if bucket > tau)
                theta = (beyond[q] + 20 * tail) / (seen + 20)
                for i, r in enumerate(ODDS):
                    increments[4 * q + i] += odds_increment(nc, ec, nb, eb, theta, r) / phi
                more.append(eb)
            self.tails[stratum] = [seen + nb, [a + b for a, b in zip(beyond, more)]]
        self.s["load-time"] = grow(self.s["load-time"], v, increments)

    def judge(self, index):
        ln = {name: mean_ln(values) for name, values in self.s.items()}
        incident = self.rules["limit"] is not None and mean_ln(self.stable_limit) >= LN100
        total = sum(WEIGHTS[name] for name in self.names)
        evidence = 0.0
        for name in self.names:
            silent = name != "load-time" and self.totals[1] < 3
            if silent or (name == "guardrail" and incident):
                continue
            evidence += WEIGHTS[name] / total * math.exp(ln[name])
        rollback = math.log(evidence) if evidence > 0 else None
        if self.failed_at is None and rollback is not None and rollback >= LN100:
            self.failed_at = index
        hold, promote = mean_ln(self.hold), mean_ln(self.promote)
        ratio = sum(sample_ratio(*self.revisions[r]) for r in self.order)
        held = set()
        if "sample-ratio" in self.held or ratio >= LN1000:
            held.add("sample-ratio")
        if incident:
            held.add("incident")
        if hold >= (0 if "errors" in self.held else LN20) and promote < LN20:
            held.add("errors")
        self.held = held
        return {
            "ln": ln,
            "rollback": rollback,
            "hold": hold,
            "promote": promote,
            "ratio": ratio,
            "phi": max(1.0, (10 + self.x2) / (10 + self.noisy)),
            "holds": sorted(held),
        }


NOTHING = {"sessions": 0, "failed": 0, "loads": [], "noise": [0, 0]}


def run(name, slots, limit=None, strict=False, horizon=450, before=NOTHING):
    rules = {"strict": strict, "limit": limit}
    one = Run(rules, horizon, {**before, "loads": [tuple(p) for p in before["loads"]]})
    after = [one.take(i, slot) for i, slot in enumerate(slots)]
    assert abs(after[-1]["phi"]) < math.inf
    last = after[-1]
    return {
        "name": name,
        "rules": rules,
        "horizon": horizon,
        "before": before,
        "slots": slots,
        "lnRollback": [one_after["rollback"] for one_after in after],
        "lnPromote": [one_after["promote"] for one_after in after],
        "holds": [one_after["holds"] for one_after in after],
        "failedAt": one.failed_at,
        "end": {
            "ln": last["ln"],
            "lnHold": last["hold"],
            "lnRatio": last["ratio"],
            "phi": last["phi"],
            "rate": one.rate,
            "thresholds": one.taus,
        },
    }


R = random.Random(20261124)


def binomial(n, p):
    return sum(R.random() < p for _ in range(n))


def times(n, middle):
    counts = {}
    for _ in range(n):
        bucket = max(0, min(183, round(R.gauss(middle, 6))))
        counts[bucket] = counts.get(bucket, 0) + 1
    return sorted(counts.items())


def slots(
    count, nc, nb, pc, pb, first=0, w=None, rev=1, length=10000, kind="comparison", loads=None, half=True, load_share=0.3,
    clustered=False, at0=1_750_000_000_000,
):
    """Slots of about nc and nb sessions that fail with pc and pb; loads = (canary middle, baseline middle) in buckets."""
    made = []
    for i in range(count):
        c, b = max(0, round(R.gauss(nc, nc**0.5))), max(0, round(R.gauss(nb, nb**0.5)))
        e = [binomial(c, pc(i) if callable(pc) else pc), binomial(b, pb(i) if callable(pb) else pb)]
        hn = binomial(b, 0.5)
        he = sum(R.random() < 0.5 for _ in range(e[1])) if not clustered else (e[1] if R.random() < 0.5 else 0)
        slot = {
            "kind": kind,
            "rev": rev,
            "w": w if w is not None else round(10000 * nc / (nc + nb)),
            "at": at0 + (first + i) * length,
            "len": length,
            "c": [c, e[0], binomial(e[0], load_share)],
            "b": [b, e[1], binomial(e[1], load_share)],
        }
        if half:
            slot["half"] = [hn, min(he, hn)]
        if loads:
            cold_b = b // 4
            slot["loads"] = {
                "c": {"cold": [e[0], times(max(0, c - e[0]) * 3 // 4, loads[0])], "warm": [0, times(max(0, c - e[0]) // 4, loads[0] - 8)]},
                "b": {"cold": [e[1], times(max(0, cold_b - e[1]), loads[1])], "warm": [0, times(b - cold_b, loads[1] - 8)]},
            }
        made.append(slot)
    return made


KNOWN = {"sessions": 6000, "failed": 30, "loads": times(600, 38), "noise": [12.5, 10]}


def empty(first, count):
    return [
        {"kind": "comparison", "rev": 1, "w": 909, "at": 1_750_000_000_000 + (first + i) * 10000, "len": 10000, "c": c, "b": b}
        for i, (c, b) in enumerate([([0, 0, 0], [90, 3, 1]), ([5, 2, 1], [0, 0, 0]), ([0, 0, 0], [0, 0, 0])] * count)
    ]


RUNS = [
    run("harmless, nothing known before", slots(40, 6, 100, 0.005, 0.005, loads=(40, 40))),
    run("five times the errors", slots(30, 10, 190, 0.05, 0.01, loads=(40, 40)), before=KNOWN),
    run("strict margins", slots(40, 30, 300, 0.02, 0.012), strict=True, before=KNOWN),
    run("the end of the horizon, late harm", slots(30, 20, 200, lambda i: 0.002 if i < 22 else 0.05, 0.002), horizon=20, before=KNOWN),
    run("slots of 2 s", slots(40, 20, 200, 0.01, 0.005, length=2000), horizon=10, before=KNOWN),
    run("empty slots between others", slots(6, 10, 100, 0.02, 0.01) + empty(6, 3) + slots(6, 10, 100, 0.02, 0.01, first=15), before=KNOWN),
    run("slower by half, cold and warm", slots(25, 12, 200, 0.004, 0.004, loads=(47, 38)), before=KNOWN),
    run("thresholds gathered in the first slots", slots(12, 12, 60, 0.004, 0.004, loads=(48, 38)), before=NOTHING),
    run("failures in clusters", slots(40, 10, 200, 0.05, 0.05, clustered=True), before={**KNOWN, "failed": 300}),
    run("two failed subjects are not enough", [
        {"kind": "comparison", "rev": 1, "w": 1, "at": 1_750_000_000_000 + i * 10000, "len": 10000, "c": [1, e, 0], "b": [9999, 0, 0]}
        for i, e in enumerate([1, 1, 0, 1, 0])
    ], before=KNOWN),
    run("a limit that the canary alone breaks", slots(12, 20, 20, 0.3, 0.002, kind="guardrail") + slots(12, 20, 20, 0.3, 0.002, first=12), limit=0.02, before=KNOWN),
    run("a limit that both break", slots(12, 20, 200, 0.3, 0.3, kind="guardrail") + slots(12, 20, 200, 0.3, 0.3, first=12), limit=0.02, before=KNOWN),
    run("a shared incident amid safety", slots(60, 60, 60, lambda i: 0.1 if 20 <= i < 26 else 0.005, lambda i: 0.1 if 20 <= i < 26 else 0.005), before=KNOWN),
    run("an incident of many small slots", slots(150, 12, 12, lambda i: 0.06 if 40 <= i < 55 else 0.005, lambda i: 0.06 if 40 <= i < 55 else 0.005, length=2000), before=KNOWN),
    run("another share than assigned", slots(40, 9, 91, 0.005, 0.005, w=500), before=KNOWN),
    run("shares over two revisions", slots(20, 5, 95, 0.005, 0.005, w=500) + slots(20, 25, 75, 0.005, 0.005, first=20, w=2500, rev=2), before=KNOWN),
    run("held, then released", slots(8, 40, 400, 0.03, 0.012) + slots(40, 40, 400, 0.002, 0.012, first=8), before={**KNOWN, "failed": 72}),
]


def next_weight(w, nc, ec, nb, eb, rate, held, tau=30, budget=10, growth=2, highest=0.25):
    if rate is None or rate <= 0:
        return w
    u = 1.0 if nc == 0 else max(min(1.0, (ec + 3 + 2 * math.sqrt(ec)) / nc) - (eb / nb if nb else 0.0), 1e-4)
    cap = budget / (rate * tau * u)
    out = min(w, cap, highest) if held else max(min(growth * w, highest, cap), min(w, cap))
    return max(out, 0.0001)


def weight(w, nc, ec, nb, eb, rate, held):
    out = next_weight(w, nc, ec, nb, eb, rate, held)
    return {"w": w, "nc": nc, "ec": ec, "nb": nb, "eb": eb, "rate": rate, "held": held, "out": out}


RAMP = [
    weight(0.05, 0, 0, 0, 0, 1, False),  # doubles
    weight(0.05, 0, 0, 0, 0, 10, False),  # down: the cap is below the weight
    weight(0.2, 5000, 20, 90000, 400, 1, False),  # the highest weight
    weight(0.25, 5000, 20, 90000, 400, 1, False),  # stays there
    weight(0.4, 5000, 20, 90000, 400, 1, True),  # held above the highest: down to it
    weight(0.01, 5000, 20, 90000, 400, 100, True),  # held: no growth
    weight(0.1, 1000, 100, 0, 0, 10, False),  # no baseline
    weight(0.1, 1000000, 100, 1000000, 5000, 1000, False),  # U at its floor
    weight(0.001, 10, 10, 1000, 5, 5000, False),  # the lowest weight
    weight(0.07, 100, 1, 1000, 5, None, False),  # traffic unknown
    weight(0.07, 100, 1, 1000, 5, 0, False),  # no traffic
]


def band(counts):
    """(nc, nb, ec, eb, phi) a slot. Each candidate ratio against six others on either side, from the likelihoods alone."""
    def ln_like(ratio):
        return sum((ec * math.log(ratio) - (ec + eb) * math.log(1 + ratio * nc / nb)) / phi for nc, nb, ec, eb, phi in counts)

    def against(j, side):
        return mean_ln([ln_like(2 ** ((j + side * step) / 2)) - ln_like(2 ** (j / 2)) for step in (1, 2, 3, 4, 6, 8)])

    lower = [j for j in range(-6, 8) if against(j, 1) >= math.log(40)]
    upper = [j for j in range(-6, 8) if against(j, -1) >= math.log(40)]
    return {
        "counts": counts,
        "lower": 2 ** (max(lower) / 2) if lower else None,
        "upper": 2 ** (min(upper) / 2) if upper else None,
    }


BANDS = [
    band([(50, 950, 0, 4, 1.0)]),
    band([(500, 9500, 25, 48, 1.0)] * 3),
    band([(500, 9500, 2, 95, 1.0)] * 4),
    band([(500, 500, 30, 10, 1.0)] * 2 + [(500, 500, 30, 10, 2.5)] * 2),
    band([(250, 750, 5, 15, 1.3)] * 20),
]

PATH.write_text(
    json.dumps(
        {
            "note": "Slots: kind, revision, weight in basis points, start and length in ms, [sessions, failed, loadFailed] of "
            "canary and baseline, [sessions, failed] of half of the baseline, loads as [unloaded, [[bucket, count], …]]. "
            "lnRollback null: nothing counts yet.",
            "tolerance": 1e-6,
            "analysisRun": RUNS,
            "rampWeight": RAMP,
            "ratioBand": BANDS,
        },
        separators=(",", ":"),
    )
    + "\n"
)
for one in RUNS:
    print(f"{one['name']}: rollback {one['lnRollback'][-1]}, promote {one['lnPromote'][-1]:.2f}, failed at {one['failedAt']}, holds {one['holds'][-1]}, ratio {one['end']['lnRatio']:.2f} phi {one['end']['phi']:.2f} rate {one['end']['rate']} taus {one['end']['thresholds']}")
