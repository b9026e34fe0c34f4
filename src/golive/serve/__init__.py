"""Decisions over HTTP from an approved bundle, each one in the journal before its reply.

``handlers`` knows neither Starlette nor Flask: a request goes in, a status and a document come out. ``asgi`` and
``flask`` carry them to the wire; ``server`` runs the first under uvicorn.
"""
