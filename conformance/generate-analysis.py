"""Computes the expected values of analysis.json anew, apart from Sluice's own code, on the natural scale.

    python3 conformance/generate-analysis.py

Inputs (counts, rho, delta, grid, horizon, batches, …) are kept as they stand in the file; what is expected is written. The formulas are those of docs/analysis.md.
"""

import json
import math
from pathlib import Path

PATH = Path(__file__).parent / "analysis.json"


def increment(one, rho, delta, r):
    nc, nb, ec, eb = (one[key] for key in ("nc", "nb", "ec", "eb"))
    if rho == 0:
        return 0.0 if nc == 0 else ec * math.log(r) - nc * delta * (r - 1)
    if nc == 0 or nb == 0:
        return 0.0
    kappa = rho * nc / nb
    y = (1 + kappa) / (1 + r * kappa)
    x = r * y
    return ec * math.log(x) + eb * math.log(y) - nc * delta * (x - 1)


def odds_increment(one, theta, r):
    nc, nb, ec, eb = (one[key] for key in ("nc", "nb", "ec", "eb"))
    canary = r * theta / (1 - theta + r * theta)
    both = (nc * canary + nb * theta) / (nc + nb)
    logs = [math.log(a / b) for a, b in ((canary, both), (1 - canary, 1 - both), (theta, both), (1 - theta, 1 - both))]
    return ec * logs[0] + (nc - ec) * logs[1] + eb * logs[2] + (nb - eb) * logs[3]


def run(process, increment_of):
    grid, horizon = process["grid"], process["horizon"]
    s = [process["w0"]] * len(grid)
    spent, failed, first, log_e = 0.0, 0, None, []
    for index, batch in enumerate(process["batches"]):
        credit = max(0.0, min(batch["slots"], horizon - spent))
        restart = credit * (1 - process["w0"]) / horizon
        s = [(value + restart) * math.exp(increment_of(batch, r)) for value, r in zip(s, grid)]
        spent = min(horizon, spent + batch["slots"])
        failed += batch["ec"]
        evidence = sum(s) / len(s)
        log_e.append(math.log(evidence))
        if first is None and failed >= process.get("minFail", 0) and evidence >= 1 / process["alpha"]:
            first = index
    process["weights"], process["logE"] = [1 / len(grid)] * len(grid), log_e
    for name, value in (("finalS", [math.log(value) for value in s]), ("firstCrossing", first)):
        if name in process:
            process[name] = value


def sample_ratio(w, nc, nb):
    def beta(a, b):
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    a, b = 1000 * w, 1000 * (1 - w)
    return beta(a + nc, b + nb) - beta(a, b) - nc * math.log(w) - nb * math.log(1 - w)


def next_weight(v):
    upper = 1.0 if v["nc"] == 0 else min(1.0, (v["ec"] + 3 + 2 * math.sqrt(v["ec"])) / v["nc"])
    excess = 1.0 if v["nc"] == 0 else max(upper - (v["eb"] / v["nb"] if v["nb"] else 0.0), 1e-4)
    cap = v["budget"] / (v["lambda_"] * v["tauR"] * excess)
    if v["hold"]:
        return min(v["w"], cap, v["wmax"])
    return max(min(v["grow"] * v["w"], v["wmax"], cap), min(v["w"], cap))


def kl(p, q):
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


file = json.loads(PATH.read_text())
for entry in file["logInc"]:
    entry["logE"] = increment(entry, entry["rho"], entry["delta"], entry["r"])
for entry in file["logTlg"]:
    entry["logE"] = odds_increment(entry, entry["thb"], entry["r"])
for process in file["mixtureProcess"]:
    run(process, lambda batch, r, p=process: increment(batch, p["rho"], p["delta"], r))
for process in file["loadProcess"]:
    run(process, lambda batch, r, p=process: odds_increment(batch, p["thb"], r))
for entry in file["srm"]:
    entry["logE"] = sample_ratio(entry["w"], entry["nc"], entry["nb"])
for entry in file["nextWeight"]:
    entry["out"] = next_weight(entry)
for entry in file["waldLimits"]:
    pb, pc, wald = entry["pb"], entry["pc"], math.log(1 / entry["alpha"])
    middle = 0.05 * pc + 0.95 * pb
    entry["klKnownBaseline"] = kl(pc, pb)
    entry["canarySessionsKnown"] = wald / kl(pc, pb)
    entry["canarySessionsTwoSampleW05"] = wald / (kl(pc, middle) + 19 * kl(pb, middle))
PATH.write_text(json.dumps(file, indent=1) + "\n")
