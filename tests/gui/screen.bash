# screen.bash
# Functions that give Wireshark with the plugin a folder, a home and a screen of its own. To be sourced by
# a script that has set root, the project's folder; it runs as root. SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # who sources this has set root

readonly user=65534 # an ordinary one, for all that is started
children=()

# A folder $work; it vanishes with all that was started when the script ends.
begin_work() {
    [[ $EUID -eq 0 ]] || { echo "run me as root" >&2 && exit 1; }
    work=$(mktemp -d)
    trap end_work EXIT
}

end_work() {
    kill "${children[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}

# Into $work/build, unless POP_PLUGIN names a plugin.
build() {
    [[ -n ${POP_PLUGIN:-} ]] && return
    cmake -S "$root" -B "$work/build" -G Ninja -DPOP_TESTS=OFF >"$work/build.log"
    cmake --build "$work/build" --target pop >>"$work/build.log"
}

# CAPTURE... beside a folder of the plugin, and a home with the profile POP where nobody asks about updates.
prepare_work() {
    local version
    version=$(tshark --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
    mkdir -p "$work/plugins/$version/epan" "$work/home/.config/wireshark/profiles"
    cp "${POP_PLUGIN:-$work/build/pop.so}" "$work/plugins/$version/epan/pop.so"
    cp "$@" "$work"
    cp -r "$root/profile/POP" "$work/home/.config/wireshark/profiles/"
    echo "gui.update.enabled: FALSE" >"$work/home/.config/wireshark/preferences"
    install -d -m 700 "$work/runtime"
    chmod -R a+rX "$work/plugins" "$work"/*.gz
    chmod a+rx "$work"
    chown -R "$user:$user" "$work/home" "$work/runtime"
}

# COMMAND... as the ordinary user, who sees the screen, the plugin and nothing else of ours.
as_user() {
    setpriv --reuid=$user --regid=$user --clear-groups "${rights[@]}" env -i PATH="$PATH" \
        HOME="$work/home" XDG_RUNTIME_DIR="$work/runtime" DISPLAY="$DISPLAY" \
        WIRESHARK_PLUGIN_DIR="$work/plugins" TZ=UTC LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb "$@"
}
rights=() # more options of setpriv

# WHAT COMMAND... waits until the command succeeds.
await() {
    local what=$1
    shift
    for _ in $(seq 600); do
        "$@" && return
        sleep 0.1
    done
    echo "$what has not come within a minute" >&2
    return 1
}

# Of that size, as WIDTHxHEIGHT, with a manager of windows, both ready to serve. Xvfb takes a number that is
# free and writes it down; the manager calls a command as soon as it manages.
start_screen() {
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
    children+=($!)
    await "a screen" test -s "$work/display"
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
    as_user openbox --sm-disable --startup "touch $work/runtime/managed" >/dev/null 2>&1 &
    children+=($!)
    await "a manager of windows" test -e "$work/runtime/managed"
}
