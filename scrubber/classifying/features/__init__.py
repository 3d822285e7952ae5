"""Features of a document's blocks. A room a group: a feature is declared where it is measured.

| module | what it asks |
|---|---|
| `own` | length, ending, digits, capitals of the block itself |
| `recurrence` | how often it recurs on other pages, exactly and nearly, and in which order |
| `context` | the same of its neighbours; density of prose and of repeats around it; its place |
| `comments` | text only: how much of the page is prose, and marks of readers' comments |
| `markup` | HTML only: links, element, landmarks, and what recurs under its DOM path |
| `extractor` | HTML of a site with few pages: what a single-page extractor made of the page |
| `words` | words of short lines and names in the DOM path, which have weights of their own |

`registry` says what a feature is, `table` what it is measured over, `lines` remembers what hangs on a
line alone, `sets` says which features judge which document, `measured` holds what was measured.
"""
