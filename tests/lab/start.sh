#!/bin/sh
# Second program in the guest, on its final root: runs the command, leaves its exit code and the
# kernel's messages in the control directory, and ends the machine.
mkdir -p /lab/results
mount -t 9p -o trans=virtio,version=9p2000.L,rw,msize=262144,cache=none results /lab/results
hostname lab
ip link set lo up
if [ -e /lab/terminal ]; then
	read -r rows columns </lab/terminal
	stty -F /dev/hvc0 rows "${rows:-24}" cols "${columns:-80}"
	setsid -c sh /lab/command </dev/hvc0 >/dev/hvc0 2>&1
else
	sh /lab/command >/lab/out 2>/lab/err </dev/null
fi
code=$?
dmesg >/lab/dmesg
echo $code >/lab/code
echo b >/proc/sysrq-trigger
