"""What a container is made by: the texts of ``Dockerfile`` and ``compose.yaml``.

No text names a registry: where images and packages come from is said by whoever builds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCKERFILE = """\
# Build:  docker build -t {name} .     (podman build and buildah build do the same)
# The base image needs Python {python}:  --build-arg BASE=IMAGE takes another one.
ARG BASE=python:{python}-slim

FROM ${{BASE}} AS packages
# Read by pip where they are given: PIP_INDEX_URL says where packages come from; PIP_NO_INDEX=1 takes wheels/ alone.
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
COPY requirements.lock /
COPY wheels /wheels
COPY bundle /bundle
# Wheels only: nothing is compiled, so no compiler is needed. With hashes in the lock pip takes exactly these files.
# numpy's tests of itself are a sixth of all, and nobody runs them here.
RUN python3 -m pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary=:all: \\
      --find-links /wheels --target /app -r /requirements.lock && \\
    python3 -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index \\
      --target /app /wheels/golive-*.whl && \\
    rm -rf /app/numpy/tests /app/numpy/*/tests && chmod -R a+rX /app /bundle

FROM ${{BASE}}
# ssh signatures are checked with ssh-keygen, which wants its user to have a name; where the base image lacks it:
# --build-arg SYSTEM=openssh-client
ARG SYSTEM
RUN if [ -n "$SYSTEM" ]; then apt-get update -q && apt-get install -qy --no-install-recommends $SYSTEM && \\
      rm -rf /var/lib/apt/lists/*; fi; mkdir /data && chown 10001:10001 /data && \\
    echo 'golive:x:10001:10001::/data:/usr/sbin/nologin' >> /etc/passwd && echo 'golive:x:10001:' >> /etc/group
COPY --from=packages /app /app
COPY --from=packages /bundle /bundle
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD \\
  ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/live', timeout=2)"]
# Who must have signed (GOLIVE_ROLES, or golive.toml by GOLIVE_CONFIG) and who may call (the file GOLIVE_TOKENS) come
# from the outside, never from the bundle.
ENTRYPOINT ["python3", "-m", "golive", "serve", "/bundle"]
CMD ["--host", "0.0.0.0", "--port", "8080", "--journal", "/data/journal.db"]
"""

_DECISIONS = """\
# golive token new NAME --scope decide --tokens tokens.json
{before}# docker compose up --build
services:
  decisions:
    build: .
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
    ports: ["127.0.0.1:8080:8080"]
{command}    environment:
      # Digests of the tokens with which others may call. The tokens themselves are not kept anywhere.
      GOLIVE_TOKENS: /tokens.json
      # The roles whose approval is required.
      GOLIVE_ROLES: "{roles}"
{typed}"""
_TYPED = """\
      # A typed name counts as a signature; anybody could have typed it.
      GOLIVE_ACCEPT_TYPED: "1"
"""
_SQLITE = """\
    volumes: ["journal:/data", "./tokens.json:/tokens.json:ro"]
volumes:
  journal:
"""
_BEFORE = "# export POSTGRES_PASSWORD=...\n"
_COMMAND = """\
    command: ["--host", "0.0.0.0", "--port", "8080", "--journal", "postgresql://golive@journal:5432/golive"]
    depends_on:
      journal: {condition: service_healthy}
"""
_POSTGRES = """\
      PGPASSWORD: "${POSTGRES_PASSWORD:?a password for the journal}"
    volumes: ["./tokens.json:/tokens.json:ro"]
  journal:
    image: postgres:17
    restart: unless-stopped
    environment:
      POSTGRES_USER: golive
      POSTGRES_DB: golive
      POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?a password for the journal}"
    healthcheck:
      test: ["CMD", "pg_isready", "-U", "golive"]
      interval: 5s
    volumes: ["journal:/var/lib/postgresql/data"]
volumes:
  journal:
"""


def compose(roles: Sequence[str], *, accept_typed: bool, postgres: bool) -> str:
    """Return ``compose.yaml``: the service, with its journal in Postgres or in a SQLite file on a volume."""
    service = _DECISIONS.format(
        before=_BEFORE if postgres else "",
        command=_COMMAND if postgres else "",
        roles=" ".join(roles),
        typed=_TYPED if accept_typed else "",
    )
    return service + (_POSTGRES if postgres else _SQLITE)
