#!/bin/sh
# Does the lab keep its promises? Run in the guest by `cargo xtask lab check`.
# $1: the kernel version asked for. Prints one line per promise and a summary at the end.
passed=0 failed=0
promise() {
	what=$1
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok      $what"
	else
		failed=$((failed + 1))
		echo "FAILED  $what: $said"
	fi
}

kernel_is() { case $(uname -r) in "$1".*) ;; *) uname -r && false ;; esac; }
is_root() { [ "$(id -u)" = 0 ]; }
newest_iproute2() { for tool in tc devlink ip; do $tool -V | grep -F iproute2-7. || return 1; done; }
memory_is_over_files() { echo x >/etc/lab-check && [ "$(cat /etc/lab-check)" = x ]; }
results_go_out() { echo written >"$LAB_OUT/lab-check"; }
nothing_to_read() { ! read -r _; }

device=netdevsim/netdevsim1
two_ports() {
	modprobe netdevsim && echo "1 2" >/sys/bus/netdevsim/new_device &&
		[ "$(devlink port show | grep -c "^$device/[01]:.*flavour physical")" = 2 ]
}
representors() {
	echo 4 >/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs &&
		devlink dev eswitch set $device mode switchdev &&
		[ "$(devlink port show | grep -c "^$device/.*flavour pcivf")" = 4 ]
}
flower() {
	port=$(ls /sys/bus/netdevsim/devices/netdevsim1/net | head -n 1)
	ip link set "$port" up && ethtool -K "$port" hw-tc-offload on && tc qdisc add dev "$port" clsact &&
		tc filter add dev "$port" ingress protocol ip pref 1 flower skip_sw dst_ip 10.0.0.1 action drop &&
		tc filter show dev "$port" ingress | grep -q "in_hw in_hw_count 1"
}
flower_refused() {
	if flower 2>/tmp/said; then return 1; fi
	grep -F "only offload of BPF classifiers supported" /tmp/said
}

labnic() {
	modprobe labnic vfs=2 && devlink dev eswitch set platform/labnic.0 mode switchdev && ip link set lab0_0 up &&
		tc qdisc add dev lab0_0 clsact &&
		tc filter add dev lab0_0 ingress protocol ip flower skip_sw action mirred egress redirect dev lab0_1 &&
		tc filter show dev lab0_0 ingress | grep -q "in_hw in_hw_count 1" && modprobe -r labnic
}

promise "kernel $1 runs" kernel_is "$1"
promise "the command runs as root" is_root
promise "tc, devlink and ip are of iproute2 7" newest_iproute2
promise "files can be changed, in memory only" memory_is_over_files
promise "files in \$LAB_OUT can be written" results_go_out
promise "standard input is empty" nothing_to_read
promise "netdevsim gives a device with two ports" two_ports
promise "netdevsim goes to switchdev with four representors" representors
case $1 in
6.12) promise "netdevsim refuses a flower rule and says why" flower_refused ;;
*) promise "netdevsim takes a flower rule into (simulated) hardware" flower ;;
esac
promise "labnic takes a flower rule into (simulated) hardware" labnic
echo "$passed passed, $failed failed"
[ $failed = 0 ]
