#!/bin/sh
# Is what a health reporter watches well? If not, let it recover. Usage: recover-health.sh HOST PLACE REPORTER
set -eu
export SNICCTL_HOST="$1"

case "$1" in
sim:*) # Simulated NICs are well until something happens to them.
    snicctl health set "$2" "$3" --auto-recover false
    snicctl sim break "$2" "$3" --error 'TX timeout'
    ;;
esac
snicctl health show "$2" "$3"
snicctl health recover "$2" "$3"
snicctl health show "$2" "$3"
