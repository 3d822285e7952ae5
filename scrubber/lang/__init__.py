"""What is known about languages, scripts and punctuation: the one place for it.

``data/`` holds one TOML file a language. `sources` reads these files, `building` makes one table of
them (``languages.json``, which ``scripts/languages`` writes), and `registry` reads that table at run
time. `calendars` names months and weekdays, `scripts` and `punctuation` classes of characters,
`tags` the codes of languages. docs/languages.md says how to add a language.
"""
