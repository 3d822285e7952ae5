"""What cleaning costs, ours and others': for `scripts/benchmark_speed`."""
