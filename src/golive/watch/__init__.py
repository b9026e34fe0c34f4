"""Is the promise kept: what was signed against what the journal and the outcomes show."""
