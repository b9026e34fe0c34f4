"""From a notebook that was lived in to a package that can be owned.

Rules of the room: nothing of the user's is written over (the notebook runs in a copy of its folder); the package is
written only when it gives the notebook's own metric; what is left out is listed with the reason; no name of any
notebook is known here, everything is found in what the code does.
"""
