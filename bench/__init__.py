"""The benchmarks, each runnable alone: `python -m bench.decode --json`."""
