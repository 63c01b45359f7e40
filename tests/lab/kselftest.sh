# The kernel's scripts for netdevsim's devlink and ethtool and for tc, by each program in the tool's place;
# `cargo xtask lab kselftest` runs this in the guest. $1: the kernel's tests; $2: the directory of snicctl; $3: the programs, `iproute2` and `snicctl`;
# the others: scripts, of netdevsim's folder or, as forwarding/NAME, of net/forwarding.
# The exit code is 1 if a script went otherwise with snicctl than with iproute2, or, without iproute2, if one failed.
tests=$1 programs=$2 kinds=$3 failed=0
shift 3
work=$(mktemp -d)
mkdir -p "$work/snicctl" "$work/iproute2"
# A copy, so that the program may be built anew meanwhile.
cp "$programs/snicctl" "$work/snicctl/snicctl"
# Each call leaves a line, so that a script that never asked us cannot pass for one that did.
export SNICCTL=$work/snicctl/snicctl DIFFERS=$work/differs REAL
REAL=$(command -v ethtool)
instead() { # tool
	for kind in snicctl iproute2; do
		rm -f "$work/$kind/devlink" "$work/$kind/tc" "$work/$kind/ethtool"
		case $kind-$1 in
		# Of ethtool's words we have no command line of their own.
		snicctl-ethtool) program="bash $PWD/tests/lab/ethtool.sh" ;;
		snicctl-*) program="$work/snicctl/snicctl $1" ;;
		iproute2-*) program=$(command -v "$1") ;;
		esac
		printf '#!/bin/sh\necho "$*" >>%s/calls\nexec %s "$@"\n' "$work" "$program" >"$work/$kind/$1"
		chmod +x "$work/$kind/$1"
	done
}
# The scripts wait for udev, which does not run in the guest.
for kind in snicctl iproute2; do
	command -v udevadm >/dev/null || { printf '#!/bin/sh\n' >"$work/$kind/udevadm"; chmod +x "$work/$kind/udevadm"; }
done
# The flash test takes the first file that it finds.
[ -n "$(find /lib/firmware -type f 2>/dev/null | head -1)" ] || { mkdir -p /lib/firmware; echo firmware >/lib/firmware/some.bin; }

run() { # program, script: sets code, calls; leaves what it said in a file
	: >"$work/calls"
	: >"$DIFFERS"
	: >"$DIFFERS.due"
	modprobe -r netdevsim 2>/dev/null
	modprobe netdevsim
	(
		# None of netdevsim's sends with mausezahn, which their library asks for.
		case $2 in
		forwarding/*) cd "$tests/net/forwarding" ;;
		*) cd "$tests/drivers/net/netdevsim" && export REQUIRE_MZ=no ;;
		esac
		PATH=$work/$1:$PATH exec bash "./${2#forwarding/}"
	) >"$work/$1.log" 2>&1 </dev/null
	code=$?
	calls=$(wc -l <"$work/calls")
	grep -E '^ *(TEST|SKIP|PASS|FAIL|Tests|Expected)' "$work/$1.log" | sed 's/  */ /g' >"$work/$1.tests"
	{ cat "$work/$1.log"; echo "exit code $code"; } >"${LAB_OUT:-$work}/said-$1-${2#forwarding/}.log"
}

for script in "$@"; do
	unset theirs
	tool=devlink
	case $script in
	forwarding/*) tool=tc ;;
	ethtool-*) tool=ethtool ;;
	esac
	instead "$tool"
	for kind in $kinds; do
		begun=$(date +%s)
		run "$kind" "$script"
		printf '%-34s by %-8s exit %d, %d tests passed, %d not, %d calls, %d s\n' "$script" "$kind" "$code" \
			"$(grep -c -E '\[ *OK *\]|PASS' "$work/$kind.tests")" \
			"$(grep -c -E 'FAIL|SKIP|XFAIL' "$work/$kind.tests")" "$calls" "$(($(date +%s) - begun))"
		[ "$kind" = iproute2 ] && theirs=$code
	done
	if [ "$calls" -eq 0 ]; then
		echo "   $tool was never called"
		failed=1
	fi
	if [ -s "$DIFFERS" ]; then
		echo "   told otherwise than by $tool:"
		cut -c1-300 "$DIFFERS" | head -20
		failed=1
	fi
	if [ -n "$theirs" ]; then
		[ "$theirs" -eq "$code" ] || { failed=1; echo "   exit code $theirs by $tool, $code by snicctl"; }
		diff "$work/iproute2.tests" "$work/snicctl.tests" || failed=1
	elif [ "$code" -ne 0 ]; then
		tail -40 "$work/snicctl.log"
		failed=1
	fi
done
exit $failed
