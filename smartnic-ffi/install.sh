#!/bin/sh
# Lays the C library out under a prefix, as make install would: include/, lib/, lib/pkgconfig/, share/doc/.
# usage: install.sh STATIC_LIBRARY PREFIX VERSION
set -eu
home=$(cd "$(dirname "$0")" && pwd)
static=$1 prefix=$2 version=$3
documents=$prefix/share/doc/libsmartnic
mkdir -p "$prefix/include" "$prefix/lib/pkgconfig" "$documents/examples"
cp "$home/include/smartnic.h" "$home/include/smartnic.hpp" "$prefix/include/"
cp "$static" "$prefix/lib/libsmartnic.a"
sh "$home/link.sh" "$static" "$prefix/lib" "$version"
sed "s/@VERSION@/$version/" "$home/libsmartnic.pc.in" > "$prefix/lib/pkgconfig/libsmartnic.pc"
cp "$home/../docs/c.md" "$home/../LICENSE-APACHE" "$home/../LICENSE-MIT" "$documents/"
cp "$home"/../examples/*.c "$home"/../examples/*.cpp "$documents/examples/"
