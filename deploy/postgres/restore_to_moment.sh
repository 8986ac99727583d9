#!/usr/bin/env bash
# Puts the database back to a moment: restore_to_moment.sh [--yes-really] '2026-11-23 14:05:00' [latest]
# PostgreSQL must be stopped. The newest base backup from before the moment takes the place of the data folder, which is
# kept beside it; the next start replays the archive up to the moment. A moment without a zone is one of the clinic (TZ).
# After an earlier return there are two histories from its moment on: that of the base backup is followed, with `latest` the newest.
set -euo pipefail
archive=${ARCHIVE:-/archive}
asks=yes
if [ "${1:-}" = --yes-really ]; then asks=no && shift; fi

stop() { echo "$1" >&2 && exit 1; }

timeline=${2:-current}
[ $# -ge 1 ] && [ $# -le 2 ] && [[ $timeline =~ ^(current|latest)$ ]] || stop "name one moment: restore_to_moment.sh '2026-11-23 14:05:00'"
target=$(date -u -d "$1" '+%Y-%m-%d %H:%M:%S.%6N+00') || stop "'$1' is no moment"
# Asked by the socket: process ids of another container mean nothing here.
answer=0 && pg_isready --quiet || answer=$?
[ $answer -eq 2 ] || stop "PostgreSQL runs: stop it first"

base=""
for candidate in $(find "$archive/base" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??????Z' | sort -r); do
    if [ "$(date -u -d "$(cat "$candidate/ended_at")" +%s)" -le "$(date -u -d "$target" +%s)" ]; then
        base=$candidate && break
    fi
done
[ -n "$base" ] || stop "there is no base backup from before $1: the oldest of $archive/base is younger"
pg_verifybackup --quiet --no-parse-wal "$base" || stop "the base backup $base is damaged"

former=$PGDATA.$(date -u +%Y%m%d_%H%M%S)
if [ $asks = yes ]; then
    echo "The database goes back to $(date -d "$target" '+%d.%m.%Y %H:%M:%S %Z'), from the base backup $(basename "$base")."
    echo "What was entered after that will not be in it. The present data are kept in $former."
    read -r -p "Go on? [yes/no] " answer && [ "$answer" = yes ] || stop "Nothing was changed."
    read -r -p "Type the day it goes back to, as above ($(date -d "$target" '+%d.%m.%Y')): " answer
    [ "$answer" = "$(date -d "$target" '+%d.%m.%Y')" ] || stop "That is not the day. Nothing was changed."
fi

fresh=$PGDATA.restoring
rm -rf "$fresh"
install -d -m 700 "$fresh"
tar --extract --gzip --file="$base/base.tar.gz" --directory="$fresh"
tar --extract --gzip --file="$base/pg_wal.tar.gz" --directory="$fresh/pg_wal"
if [ -d "$PGDATA/pg_wal" ]; then
    # What was written last may not have reached the archive yet.
    find "$PGDATA/pg_wal" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[0-9A-F]{24}' \
        -exec cp --no-clobber --target-directory="$fresh/pg_wal" {} +
fi
cat >> "$fresh/postgresql.auto.conf" <<CONF
restore_command = 'gunzip --stdout "$archive/wal/%f.gz" > "%p"'
recovery_target_time = '$target'
recovery_target_timeline = '$timeline'
recovery_target_action = 'promote'
CONF
touch "$fresh/recovery.signal"
if [ -e "$PGDATA" ]; then mv "$PGDATA" "$former"; fi
mv "$fresh" "$PGDATA"
echo "Ready. The next start of PostgreSQL goes back to the moment; its log says 'recovery stopping'."
