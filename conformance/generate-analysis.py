"""Computes the expected values of analysis.json anew, apart from Sluice's own code, on the natural scale.

    python3 conformance/generate-analysis.py

Inputs (counts, rho, delta, grid, horizon, batches) are kept as they stand in the file; logE, finalS and firstCrossing
are written. The formulas are those of docs/analysis.md.
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


def run(process):
    rho, delta, grid, horizon = (process[key] for key in ("rho", "delta", "grid", "horizon"))
    s = [process["w0"]] * len(grid)
    spent, failed, first, log_e = 0.0, 0, None, []
    for index, batch in enumerate(process["batches"]):
        credit = max(0.0, min(batch["slots"], horizon - spent))
        restart = credit * (1 - process["w0"]) / horizon
        s = [(value + restart) * math.exp(increment(batch, rho, delta, r)) for value, r in zip(s, grid)]
        spent = min(horizon, spent + batch["slots"])
        failed += batch["ec"]
        evidence = sum(s) / len(s)
        log_e.append(math.log(evidence))
        if first is None and failed >= process["minFail"] and evidence >= 1 / process["alpha"]:
            first = index
    process.update(
        weights=[1 / len(grid)] * len(grid), logE=log_e, finalS=[math.log(value) for value in s], firstCrossing=first
    )


file = json.loads(PATH.read_text())
for entry in file["logInc"]:
    entry["logE"] = increment(entry, entry["rho"], entry["delta"], entry["r"])
for process in file["mixtureProcess"]:
    run(process)
PATH.write_text(json.dumps(file, indent=1) + "\n")
