"""Follow what every value of a notebook stands on: which rows, which outcome, which fits, which scores.

An abstract interpreter: it goes through the kept statements in the order they were run, with values that hold no
numbers but where they come from (`values`). A leak is one sentence over that (`verdict`).
"""
