"""Files of rows in, as text; what a text means is decided by the contract, never guessed from the data."""
