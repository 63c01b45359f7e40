#!/bin/sh
# Builds and runs one target with the stable compiler: the coverage that libFuzzer steers by is a pass of LLVM.
#   ./stable.sh TARGET [libFuzzer's options]
set -eu
cd "$(dirname "$0")"
target=$1
shift
cargo run --quiet --bin seed
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
    cargo build --quiet --release --target-dir target/stable --target x86_64-unknown-linux-gnu --bin "$target"
mkdir -p artifacts
exec "target/stable/x86_64-unknown-linux-gnu/release/$target" -artifact_prefix=artifacts/ -max_len=4096 "$@" "corpus/$target"
