#!/bin/sh
# What does not fit for RoCE on a link; make it fit, and look again. Usage: check-roce.sh HOST LINK
set -eu
export SNICCTL_HOST="$1"

profile=$(mktemp)
trap 'rm "$profile"' EXIT
echo 'roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}' >"$profile"

# Exit code 21: something does not fit.
snicctl roce check "$2" --profile "$profile" || [ $? = 21 ]
snicctl roce apply "$2" "$profile"
snicctl roce check "$2" --profile "$profile"
