"""Tables and SVG into one self-contained HTML file: no network, no font, no library."""
