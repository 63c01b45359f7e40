#!/bin/sh
# Two VFs, and how much they may send: 10 Gbit a second together, one at most 5, one 8. Usage: limit-rates.sh HOST DEVICE
set -eu
export SNICCTL_HOST="$1"

snicctl eswitch set "$2" --mode switchdev --vfs 2 --quiet
snicctl rate add "$2/tenant" --max 10gbit
snicctl rate set "$2/1" --parent tenant --max 5gbit
snicctl rate set "$2/2" --parent tenant --max 8gbit
snicctl rate list
