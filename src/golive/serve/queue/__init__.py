"""The page for the people who decide: the cases that wait for them, and what they did. It needs no script."""
