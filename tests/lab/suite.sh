#!/bin/sh
# Every suite that needs a real kernel, one after the other, in one boot. Run in the guest by `cargo xtask test`.
# $1: the directory of our programs; $2: the kernel that was booted, such as 7.3; $3: which part of the lab-suite, such as
# 1/2; the others: test programs of cargo. With the first part comes everything else.
# Each suite ends with a line that sums it up; the exit code is 1 if one failed.
programs=$1 kernel=$2 part=$3 failed=0
shift 3
release=$(uname -r)

echo "-- lab-suite on kernel $release"
"$programs/lab-suite" "$programs" "$kernel" "$part" || failed=1
[ "${part%/*}" = 1 ] || exit $failed
echo "-- conformance on kernel $release"
"$programs/conformance" --netdevsim || failed=1
modprobe labnic && "$programs/conformance" linux: --device platform/labnic.0 && modprobe -r labnic || failed=1
for test in "$@"; do
	echo "-- ${test##*/} on kernel $release"
	"$test" --test-threads=1 || failed=1
done
exit $failed
