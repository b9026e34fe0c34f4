"""A policy as a workbook and back, for people who never open TOML: what they did not touch keeps its bytes."""
