#!/usr/bin/env bash
# PostgreSQL's archive_command: archive_wal.sh %p %f. Ends with 0 only when the file surely lies in the archive.
set -euo pipefail
archive=${ARCHIVE:-/archive}
path=$1 target=$archive/wal/$2.gz

if [ -e "$target" ]; then
    # After a crash PostgreSQL may hand over a file again; another one under the same name must never replace it.
    gunzip --stdout "$target" | cmp --silent - "$path" && exit 0
    echo "archive_wal.sh: $target is there already, with another content" >&2
    exit 1
fi
gzip --fast --stdout "$path" > "$target.new"
sync "$target.new"
mv "$target.new" "$target"
sync "$archive/wal"
