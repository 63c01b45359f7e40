#!/bin/sh
# Say what changes on a host, for so many seconds. Usage: watch-events.sh HOST SECONDS
set -eu
export SNICCTL_HOST="$1"

snicctl topology --watch --timeout "$2"
