"""Other tools on the same cases, each in an environment of its own."""
