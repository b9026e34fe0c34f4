"""The same decision elsewhere: as one JavaScript file, as a container. What leaves carries golden rows to check it by."""

from golive.export.docker import export_docker
from golive.export.javascript import export_javascript

__all__ = ["export_docker", "export_javascript"]
