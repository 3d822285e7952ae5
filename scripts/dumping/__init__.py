"""Workloads of any size for `scripts/make_dump`: sites that nobody runs, around text of the page sets."""
