#!/bin/sh
# Apply a rule file, all or nothing, and say of each rule where it is and why. Usage: apply-rules.sh HOST FILE
set -eu
export SNICCTL_HOST="$1"

snicctl flow apply "$2"

# A second time nothing is left to do.
snicctl flow apply "$2"
