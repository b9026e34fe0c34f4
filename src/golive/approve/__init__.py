"""Draft, check, rehearse and sign the rule that turns a score into an action."""
