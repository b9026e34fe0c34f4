"""What people build for credit, churn and fraud: pipelines and cleaning functions, each compared with Python.

`make conformance` runs all of it and writes docs/reference/conformance.md. Cases are only ever added.
"""
