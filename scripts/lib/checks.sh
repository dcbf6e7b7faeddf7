# Sourced by scripts that make checks and count them.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

passed=0
failed=0

# NAME COMMAND... tells and counts whether the command succeeds.
check() {
    local name=$1
    shift
    if "$@"; then
        echo "ok      $name"
        passed=$((passed + 1))
    else
        echo "FAILED  $name"
        failed=$((failed + 1))
    fi
}

# The last line, "N passed, N failed". Fails where a check did.
tell_checks() {
    echo "$passed passed, $failed failed"
    [[ $failed -eq 0 ]]
}
