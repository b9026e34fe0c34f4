"""What the score earns: outcomes and scores in, evidence with a verdict out."""
