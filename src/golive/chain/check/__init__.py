"""The gate for CI: everything that a change could have broken. One file per kind of gate; `run` holds the table."""
