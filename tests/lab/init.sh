#!/bin/sh
# First program in the guest. Builds the guest's root out of three things and goes there:
# this machine's files (read-only), the lab's layers over them, and memory for whatever is written.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do
	insmod "/modules/$module" || echo "lab: cannot load $module"
done
share() { mount -t 9p -o "trans=virtio,version=9p2000.L,$3" "$1" "$2" || echo "lab: cannot mount $1"; }
share host /host ro,msize=1048576,cache=loose
share layers /layers ro,msize=1048576,cache=loose
mount -t tmpfs -o size=75% upper /upper
mkdir /upper/files /upper/work
kernel=$(sed -n 's/.*lab\.kernel=\([^ ]*\).*/\1/p' /proc/cmdline)
mount -t overlay -o "lowerdir=/layers/$kernel/layer:/layers/guest/layer:/host,upperdir=/upper/files,workdir=/upper/work,index=off,metacopy=off,xino=off" root /guest ||
	echo "lab: cannot lay the guest's root together"
mkdir -p /guest/lab
share control /guest/lab rw,msize=262144,cache=none
mount -t proc proc /guest/proc
mount -t sysfs sys /guest/sys
mount -t devtmpfs dev /guest/dev
mkdir -p /guest/dev/pts /guest/dev/shm
mount -t devpts pts /guest/dev/pts
mount -t tmpfs shm /guest/dev/shm
mount -t tmpfs run /guest/run
mount -t debugfs debug /guest/sys/kernel/debug
exec switch_root /guest /bin/sh /lab/start
