#!/bin/sh
# What NICs are here, and what do they have? Usage: list-devices.sh [HOST]
set -eu
export SNICCTL_HOST="${1:-linux:}"

snicctl device list
snicctl port list
snicctl rdma dev show
