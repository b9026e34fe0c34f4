"""Pure sums: arrays in, arrays or a small record out. No files, no clock, no pandas, no global seed."""
