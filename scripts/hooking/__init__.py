"""Corpora for trying the hooks on, made of the page sets' text, and clocks for their processes."""
