"""Estimators as nodes of the row graph: one file per family, named by the table in `golive.pack.converters`.

A compiler reads fitted attributes and nothing else. What it cannot repeat exactly it refuses by name.
"""
