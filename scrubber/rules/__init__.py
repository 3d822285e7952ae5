"""Rules: one a module, each proposes edits and flags, none changes text."""
