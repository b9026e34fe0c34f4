"""Tables and drawings as one self-contained HTML file: no network, no font, no library.

Everything that came from data is text until `golive.page.markup.element` has made it harmless.
"""
