#!/bin/sh
# Keeps what runs of one target have found, as few inputs as cover the same code, in found/TARGET.hex.
#   ./keep.sh TARGET
set -eu
cd "$(dirname "$0")"
target=$1
rm -rf target/kept
cargo run --quiet --bin seed -- --into target/kept
./stable.sh "$target" -merge=1 "target/kept/$target"
cargo run --quiet --bin seed -- --keep target/kept "$target"
wc -l "found/$target.hex"
