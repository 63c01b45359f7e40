#!/bin/sh
# Move a NIC to switchdev mode with VFs, and show their representors. Usage: switchdev.sh HOST DEVICE VFS
set -eu
export SNICCTL_HOST="$1"

# First what would be done, in the order that this vendor's driver wants; nothing is changed.
snicctl eswitch set "$2" --mode switchdev --vfs "$3" --dry-run

# If a step fails, those before it are taken back.
snicctl eswitch set "$2" --mode switchdev --vfs "$3" --quiet
snicctl representor list
