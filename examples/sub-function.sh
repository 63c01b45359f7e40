#!/bin/sh
# A sub-function's life: made, looked at, removed. Usage: sub-function.sh HOST DEVICE NUMBER
set -eu
export SNICCTL_HOST="$1"

snicctl eswitch set "$2" --mode switchdev --quiet
snicctl sf add "$2" "$3" --mac 02:00:00:00:00:88
snicctl sf del "$2" "$3"
snicctl sf list "$2"
