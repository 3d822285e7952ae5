"""The version of the tool, as provenance, manifest and ``--version`` name it."""

__version__ = "0.1.0"
