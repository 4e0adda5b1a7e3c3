"""Runs the long Markov chains of five patients and prints their quantiles; some minutes.

``PYTHONPATH=tests python tools/make_long_chains.py > tests/data/pk/long-chains.toml``
"""

from collections.abc import Iterable

from long_chains import CHAINS, SHARES, STEPS, WARM_UP, long_chain, patients, split_rhat, summary


def _row(values: Iterable[float]) -> str:
    return "[" + ", ".join(f"{value:.4f}" for value in values) + "]"


def main() -> None:
    """Print the quantiles of every effect of every patient."""
    print("# Printed by tools/make_long_chains.py; do not edit. Quantiles of each random effect.")
    print(
        f"# {CHAINS} chains of {STEPS} steps after {WARM_UP} to warm up; the patients stand in tests/long_chains.py.\n"
    )
    print(f"shares = {_row(SHARES)}")
    for seed, (name, problem) in enumerate(patients().items(), 1):
        kept = long_chain(problem, seed=seed)
        quantiles, spread = summary(kept)
        print(f'\n["{name}"]\nrhat = {split_rhat(kept):.4f}\nsd = {_row(spread)}\nquantiles = [')
        for row in quantiles:
            print(f"  {_row(row)},")
        print("]", flush=True)


if __name__ == "__main__":
    main()
