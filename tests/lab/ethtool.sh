#!/bin/bash
# ethtool's command line, as far as the kernel's scripts for netdevsim have it, by snicctl: `cargo xtask lab kselftest` puts this
# in ethtool's place. $SNICCTL: our program; $REAL: ethtool's; $DIFFERS: a file for what the two tell otherwise.
# What is shown comes from snicctl; wherever ethtool has JSON for it, both are asked and must say the same.
json='' stats=''
while :; do
	case $1 in
	--json) json=1 ;;
	-I) stats=1 ;;
	*) break ;;
	esac
	shift
done

told() { # noun, ethtool's word, link: what snicctl tells, held against ethtool
	local ours theirs
	ours=$("$SNICCTL" -o json "$1" show "$3") || return
	# Statistics are always there with us.
	[ "$1" != pause ] || [ -n "$stats" ] || ours=$(jq 'map(del(.statistics))' <<<"$ours")
	# Coalescing is asked for hundreds of times: once after each change is enough.
	if [ "$1" = coalesce ] && [ ! -e "$DIFFERS.due" ]; then
		printf '%s\n' "$ours"
		return
	fi
	rm -f "$DIFFERS.due"
	# Of features those are compared that go by the same names.
	if theirs=$("$REAL" ${stats:+-I} --json "$2" "$3" 2>/dev/null); then
		case $1 in
		features) same='.[0] as $ours | [$theirs[0] | to_entries[] | select(.key as $name | $ours | has($name))]
			| length > 20 and all(.[]; .value == $ours[.key])' ;;
		fec) same='map(del(.statistics)) == ($theirs | map(del(.statistics)))' ;;
		*) same='. == $theirs' ;;
		esac
		jq -e --argjson theirs "$theirs" "$same" >/dev/null <<<"$ours" || echo "$*: $ours is not $theirs" >>"$DIFFERS"
	fi
	printf '%s\n' "$ours"
}

word=$1 link=$2
case $word in
-h) echo '--coalesce --include-statistics' ;;
-a) told pause -a "$link" ;;
-k)
	all=$(told features -k "$link") || exit
	# Two that the scripts look for have an older name in ethtool.
	jq '.[0] |= (."generic-segmentation-offload" = ."tx-generic-segmentation"
		| ."generic-receive-offload" = ."rx-gro")' <<<"$all"
	;;
-c)
	all=$(told coalesce -c "$link") || exit
	jq -r '.[] | def on: if . then "on" else "off" end;
		"Adaptive RX: \(."adaptive-rx" | on)  TX: \(."adaptive-tx" | on)",
		(to_entries[] | select(.value | type == "number") | "\(.key): \(.value)")' <<<"$all"
	;;
-C)
	shift 2
	: >"$DIFFERS.due"
	words=("${@/%-frames-low/-frame-low}")
	exec "$SNICCTL" coalesce set "$link" "${words[@]/%-frames-high/-frame-high}"
	;;
--show-fec)
	all=$(told fec --show-fec "$link") || exit
	if [ -n "$json" ]; then
		printf '%s\n' "$all"
	else
		jq -r '.[] | "Supported/Configured FEC encodings: \(.config | join(" "))",
			"Active FEC encoding: \(.active | join(" "))"' <<<"$all"
	fi
	;;
--set-fec)
	# ethtool takes the names in any case, and the device's own choice among them.
	shift 3
	names='' auto=off
	for name; do
		case ${name,,} in
		auto) auto=on ;;
		off) names=$names,None ;;
		*) names=$names,${name^^} ;;
		esac
	done
	exec "$SNICCTL" fec set "$link" config "${names#,}" auto "$auto"
	;;
*)
	echo "no word of ours for ethtool $*" >&2
	exit 1
	;;
esac
