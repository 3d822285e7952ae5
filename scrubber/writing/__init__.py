"""What a run leaves behind: clean texts, provenance, manifest, index, the run's own facts.

Everything compared is deterministic: sorted keys, no clock, no absolute path. The run's own
facts stand apart in ``run.json``.
"""
