"""Pages of many kinds from invented text, with chrome planted around and inside, each line labelled.

The news of the page sets have gold text that somebody made by hand; these pages have gold because
every line is known when it is written: what it is, where it stands, and whether it is chrome.
"""
