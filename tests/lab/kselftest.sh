# The kernel's scripts for netdevsim's devlink, by each program in devlink's place; `cargo xtask lab kselftest` runs
# this in the guest. $1: the kernel's tests; $2: the directory of snicctl; $3: the programs; the others: scripts.
# The exit code is 1 if a script went otherwise with snicctl than with devlink, or, without devlink, if one failed.
tests=$1 programs=$2 kinds=$3 failed=0
shift 3
work=$(mktemp -d)
mkdir -p "$work/snicctl" "$work/devlink"
# A copy, so that the program may be built anew meanwhile.
cp "$programs/snicctl" "$work/snicctl/snicctl"
# Each call leaves a line, so that a script that never asked us cannot pass for one that did.
for kind in snicctl devlink; do
	case $kind in
	snicctl) program="$work/snicctl/snicctl devlink" ;;
	devlink) program=$(command -v devlink) ;;
	esac
	printf '#!/bin/sh\necho "$*" >>%s/calls\nexec %s "$@"\n' "$work" "$program" >"$work/$kind/devlink"
	chmod +x "$work/$kind/devlink"
done
# The scripts wait for udev, which does not run in the guest.
for kind in snicctl devlink; do
	command -v udevadm >/dev/null || { printf '#!/bin/sh\n' >"$work/$kind/udevadm"; chmod +x "$work/$kind/udevadm"; }
done
# The flash test takes the first file that it finds.
[ -n "$(find /lib/firmware -type f 2>/dev/null | head -1)" ] || { mkdir -p /lib/firmware; echo firmware >/lib/firmware/some.bin; }

# None of them sends with mausezahn, which their library asks for.
run() { # program, script: sets code, calls; leaves what it said in a file
	: >"$work/calls"
	modprobe -r netdevsim 2>/dev/null
	modprobe netdevsim
	(
		cd "$tests/drivers/net/netdevsim"
		REQUIRE_MZ=no PATH=$work/$1:$PATH exec bash "./$2"
	) >"$work/$1-$2.log" 2>&1 </dev/null
	code=$?
	calls=$(wc -l <"$work/calls")
	grep -E '^ *(TEST|SKIP|PASS|FAIL|Tests)' "$work/$1-$2.log" | sed 's/  */ /g' >"$work/$1-$2.tests"
	{ cat "$work/$1-$2.log"; echo "exit code $code"; } >"${LAB_OUT:-$work}/said-$1-$2.log"
}

for script in "$@"; do
	unset theirs
	for kind in $kinds; do
		begun=$(date +%s)
		run "$kind" "$script"
		printf '%-22s by %-8s exit %d, %d tests passed, %d not, %d calls, %d s\n' "$script" "$kind" "$code" \
			"$(grep -c -E '\[ *OK *\]|PASS' "$work/$kind-$script.tests")" \
			"$(grep -c -E 'FAIL|SKIP|XFAIL' "$work/$kind-$script.tests")" "$calls" "$(($(date +%s) - begun))"
		[ "$kind" = devlink ] && theirs=$code
	done
	if [ "$calls" -eq 0 ]; then
		echo "   devlink was never called"
		failed=1
	fi
	if [ -n "$theirs" ]; then
		[ "$theirs" -eq "$code" ] || { failed=1; echo "   exit code $theirs by devlink, $code by snicctl"; }
		diff "$work/devlink-$script.tests" "$work/snicctl-$script.tests" || failed=1
	elif [ "$code" -ne 0 ]; then
		tail -40 "$work/snicctl-$script.log"
		failed=1
	fi
done
exit $failed
