"""The engine: files in, files out, many workers, one document's misfortune kept to itself.

The core never sees a file and this package never judges a text. Whatever the order of files and
the number of workers, the same bytes come out.
"""
