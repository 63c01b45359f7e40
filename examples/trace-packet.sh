#!/bin/sh
# Which rules would a packet meet, and would the NIC handle it alone? Usage: trace-packet.sh HOST DEVICE
set -eu
export SNICCTL_HOST="$1"

snicctl eswitch set "$2" --mode switchdev --vfs 1 --quiet
snicctl flow apply --quiet - <<'RULES'
filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop
filter add dev pf0vf0 ingress protocol ip pref 2 flower ip_proto tcp dst_port 8000-8100 action drop
RULES
snicctl flow trace --dev pf0vf0 'ip_proto udp dst_port 53'
snicctl flow trace --dev pf0vf0 'ip_proto tcp dst_port 8080'
snicctl flow trace --dev pf0vf0 'ip_proto tcp dst_port 22'
