"""What is left until production, asked of the files themselves. One file per stage; each returns its items."""
