"""A fitted classifier and its cleaning function in, a bundle proven equal out.

The steps, each in a file of its name: `frames` and `labels` look at what was handed in, `python` asks pandas and the
model what they answer, `trace` follows the cleaning function, `draft` and `converters` compile the model, `contract`
says what a case must look like, `hostile` makes the rows that try to tell the two apart, `parity` compares them,
`golden` makes the rows that travel with the bundle.
"""
