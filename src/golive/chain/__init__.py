"""What walks through several rooms."""
