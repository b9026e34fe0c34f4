"""The same decision elsewhere: as one JavaScript file with golden rows to check it by, and as a container."""

from golive.export.docker import export_docker
from golive.export.javascript import export_javascript

__all__ = ["export_docker", "export_javascript"]
