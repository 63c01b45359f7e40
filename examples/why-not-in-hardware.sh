#!/bin/sh
# Why are these rules not in hardware? Nothing stays changed. Usage: why-not-in-hardware.sh HOST FILE
set -eu
export SNICCTL_HOST="$1"

# --probe: put them there for a moment, to hear the driver's own words.
snicctl flow explain --probe "$2"
