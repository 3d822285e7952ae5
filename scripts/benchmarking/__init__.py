"""What `scripts/benchmark_quality` is made of: pages, runs of ours and of others, stages, reports."""
