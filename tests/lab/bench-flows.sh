#!/bin/bash
# Measures flow rules on one netdevsim port inside the lab: ours and tc's, side by side, in turns.
# Usage: bench-flows.sh SNICCTL RULES-FILE COUNT ROUNDS [DEVICE-NAME-IN-FILE]
# Prints lines "figure NAME WALL USER SYS" (seconds) for `cargo xtask bench flows` to read.
set -euo pipefail
snicctl=$1 rules=$2 count=$3 rounds=$4 dev=${5:-sim0}

modprobe netdevsim
echo "10 1" > /sys/bus/netdevsim/new_device
ip link set "$(ls /sys/bus/netdevsim/devices/netdevsim10/net)" name "$dev"
ip link set "$dev" up
ethtool -K "$dev" hw-tc-offload on

measure() { # NAME COMMAND…
    local name=$1 TIMEFORMAT='%R %U %S' took
    shift
    took=$({ time "$@" > /dev/null 2> /tmp/said; } 2>&1) || { cat /tmp/said >&2; exit 1; }
    echo "figure $name $took"
}

# What stands there must be what was asked for, or the time means nothing.
expect() { # COUNT
    local have
    have=$(tc filter show dev "$dev" ingress | grep -c ' in_hw\|not_in_hw' || true)
    [ "$have" = "$1" ] || { echo "expected $1 rules, tc shows $have" >&2; exit 1; }
}

fresh() {
    tc qdisc del dev "$dev" clsact 2> /dev/null || true
    tc qdisc add dev "$dev" clsact
}

for _ in $(seq "$rounds"); do
    fresh
    measure insert-tc tc -batch "$rules"
    expect "$count"
    measure dump-tc tc -s -j filter show dev "$dev" ingress
    measure dump-ours "$snicctl" flow list --dev "$dev" -o json
    fresh
    measure insert-ours "$snicctl" flow apply "$rules"
    expect "$count"
    measure again-ours "$snicctl" flow apply "$rules"
    measure remove-ours "$snicctl" flow del --file "$rules"
    expect 0
done
