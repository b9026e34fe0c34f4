"""The documents of a bundle: frozen, versioned, JSON, without arrays.

Rules that hold for every record:

- it is built from keywords, frozen, and refuses fields it does not know;
- it carries a ``format`` tag such as ``"contract/1"``; a change of meaning is a new number and the old reader stays;
- a number that is NaN or infinite is refused when the record is made (`document.Record`), because JSON would
  turn it into null without a word;
- digests are taken over the bytes on disk, never over a re-encoding.
"""
