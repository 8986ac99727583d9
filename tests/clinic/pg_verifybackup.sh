#!/usr/bin/env bash
# Stands in for pg_verifybackup, which crashes in the wheel whatever it is asked, even for its version: compares a base
# backup in tar format with its manifest.
set -euo pipefail
folder=${!#}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/data"
tar --extract --gzip --file="$folder/base.tar.gz" --directory="$scratch/data"
sed -n 's/^{ "Path": "\([^"]*\)".*"Checksum-Algorithm": "SHA256", "Checksum": "\([0-9a-f]*\)" }.*$/\2  \1/p' \
    "$folder/backup_manifest" > "$scratch/sums"
[ -s "$scratch/sums" ]
cd "$scratch/data"
sha256sum --check --quiet --strict "$scratch/sums" >&2
