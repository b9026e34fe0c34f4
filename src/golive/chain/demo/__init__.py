"""The whole chain on real credit applications, in one walk. One file per room; each calls the room as a user would."""
