"""What `scripts/benchmark_repair` is made of: cut-off text made from whole text, and judgement of its repair."""
