"""Where text seems to break off, and what other documents may recognise of it."""
