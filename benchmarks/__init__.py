"""How fast it is, beside the least that the same server can do: `python -m benchmarks`."""
