#!/bin/sh
# Lays the C library out under a prefix, as make install would: include/, lib/, lib/pkgconfig/, share/doc/, share/man/.
# usage: install.sh STATIC_LIBRARY PREFIX VERSION [LIBRARIES]    (where under the prefix libraries go: lib)
set -eu
home=$(cd "$(dirname "$0")" && pwd)
static=$1 prefix=$2 version=$3 libraries=${4:-lib}
documents=$prefix/share/doc/libsmartnic manual=$prefix/share/man/man3
mkdir -p "$prefix/include" "$prefix/$libraries/pkgconfig" "$documents/examples" "$manual"
cp "$home/include/smartnic.h" "$home/include/smartnic.hpp" "$prefix/include/"
cp "$static" "$prefix/$libraries/libsmartnic.a"
sh "$home/link.sh" "$static" "$prefix/$libraries" "$version"
# From the folder of the .pc file to the prefix: as many steps up as it is deep.
up=$(echo "$libraries/pkgconfig" | sed 's/[^\/][^\/]*/../g')
sed "s,@VERSION@,$version,; s,@UP@,$up,; s,@LIBRARIES@,$libraries," "$home/libsmartnic.pc.in" \
    > "$prefix/$libraries/pkgconfig/libsmartnic.pc"
cp "$home/man/libsmartnic.3" "$manual/"
cp "$home/../docs/c.md" "$home/../LICENSE-APACHE" "$home/../LICENSE-MIT" "$documents/"
cp "$home"/../examples/*.c "$home"/../examples/*.cpp "$documents/examples/"
