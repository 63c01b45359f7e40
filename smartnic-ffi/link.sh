#!/bin/sh
# Links the shared library from the static one, with its SONAME and its version map, which cargo cannot give it.
# usage: link.sh STATIC_LIBRARY DIRECTORY VERSION
set -eu
home=$(cd "$(dirname "$0")" && pwd)
static=$1 directory=$2 version=$3
abi=$(sed -n 's/^pub const SNIC_ABI_VERSION: u32 = \([0-9]*\);$/\1/p' "$home/src/version.rs")
# What the map does not name is not reachable, so the sections of it are left out.
"${CC:-cc}" -shared -o "$directory/libsmartnic.so.$version" \
    -Wl,--whole-archive "$static" -Wl,--no-whole-archive \
    -Wl,-soname,"libsmartnic.so.$abi" -Wl,--version-script,"$home/libsmartnic.map" \
    -Wl,--gc-sections -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--as-needed -lgcc_s -lm -lpthread -ldl -lc
ln -sf "libsmartnic.so.$version" "$directory/libsmartnic.so.$abi"
ln -sf "libsmartnic.so.$abi" "$directory/libsmartnic.so"
