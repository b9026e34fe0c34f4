#!/bin/sh
# Written by golive init --ci shell: asks of the commit that is checked out what it could have broken.
# What it is held against stands in [check] of golive.toml. Leaves with 1 when a gate fails.
#
#     sh golive-check.sh                                     by hand, or in any CI
#     ln -s ../../golive-check.sh .git/hooks/pre-push        before each push (chmod +x golive-check.sh)
set -eu
cd "$(git rev-parse --show-toplevel)"

# A check speaks about a commit; what is not committed is not in it.
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
  echo "golive-check: commit first; there are changes that no commit holds" >&2
  exit 2
fi

exec "${PYTHON:-python3}" -m golive check "@BUNDLE@" --summary "${SUMMARY:-golive-check.md}"
