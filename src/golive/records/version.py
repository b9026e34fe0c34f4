"""Which golive this is. To ask the installed package costs milliseconds at every start of a service."""

VERSION = "0.1.0"
"""As `pyproject.toml` has it; a test holds them equal."""
