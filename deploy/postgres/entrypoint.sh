#!/usr/bin/env bash
# Makes the archive's folders before the image's own entry point starts PostgreSQL.
set -euo pipefail
archive=${ARCHIVE:-/archive}

if [ ! -e "$PGDATA/PG_VERSION" ] && [ -n "$(ls -A "$archive/wal" 2>/dev/null)" ]; then
    # A new cluster writes files under the same names: what belongs to the lost one is kept apart.
    former=$archive/former_$(date -u +%Y%m%d_%H%M%S)
    install -d -o postgres -g postgres -m 700 "$former"
    mv "$archive/wal" "$archive/base" "$former/"
fi
install -d -o postgres -g postgres -m 755 "$archive"
install -d -o postgres -g postgres -m 700 "$archive/wal" "$archive/base"
exec docker-entrypoint.sh "$@"
