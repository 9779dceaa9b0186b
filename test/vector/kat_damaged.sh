#!/bin/sh
# evident kat must report every case of the damaged file and fail.
# usage: kat_damaged.sh EVIDENT FILE
out=$("$1" kat "$2")
status=$?
printf '%s\n' "$out"
[ "$status" = 1 ] || { echo "exit status $status, expected 1"; exit 1; }
[ "$(printf '%s\n' "$out" | tail -n 1)" = "12 cases, 0 match" ] || exit 1
[ "$(printf '%s\n' "$out" | wc -l)" = 13 ] || exit 1
