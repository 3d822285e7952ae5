"""Runs that are killed, and dumps to kill them over."""
