#!/usr/bin/env bash
# One base backup into the archive, proved by pg_verifybackup; then what nobody can need any more is thrown away.
# What came of it is written into status.json, which Zubr reads and shows.
set -euo pipefail
archive=${ARCHIVE:-/archive}
keep=${ARCHIVE_KEEP_BASES:-7}
name=$(date -u +%Y-%m-%dT%H%M%SZ)
unfinished=$archive/base/$name.unfinished
complaint=$archive/base_backup.log

tell() { # the newest base backup, and what went wrong (empty: nothing)
    local newest at="" bytes=0
    newest=$(bases | head -n 1)
    if [ -n "$newest" ]; then
        at=$(cat "$archive/base/$newest/ended_at")
        bytes=$(du -sb "$archive/base/$newest" | cut -f1)
    fi
    printf '{"base_at": "%s", "bytes": %s, "failure": "%s"}\n' "$at" "$bytes" "$1" > "$archive/status.json.new"
    chmod 644 "$archive/status.json.new"
    mv "$archive/status.json.new" "$archive/status.json"
}

bases() { # newest first
    find "$archive/base" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??????Z' -printf '%f\n' | sort -r
}

failed() {
    local reason
    reason=$(head -n 1 "$complaint" | tr -d '"\\\t' | cut -c 1-200)
    rm -rf "$unfinished"
    tell "${reason:-it ended early}"
    echo "base_backup.sh: ${reason:-it ended early}" >&2
}

trap failed ERR
rm -rf "$archive"/base/*.unfinished
: > "$complaint"

pg_basebackup --pgdata="$unfinished" --format=tar --compress=gzip:1 --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 2> "$complaint"
pg_verifybackup --quiet --no-parse-wal "$unfinished" 2> "$complaint"
tar --extract --gzip --to-stdout --file="$unfinished/base.tar.gz" backup_label \
    | sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' > "$unfinished/first_wal"
[ -s "$unfinished/first_wal" ]
date -u +%Y-%m-%dT%H:%M:%S+00:00 > "$unfinished/ended_at"
sync
mv "$unfinished" "$archive/base/$name"

bases | tail -n +$((keep + 1)) | while read -r old; do
    rm -rf "${archive:?}/base/$old"
done
oldest=$(bases | tail -n 1)
pg_archivecleanup --clean-backup-history --strip-extension=.gz "$archive/wal" "$(cat "$archive/base/$oldest/first_wal")" 2> "$complaint"
tell ""
