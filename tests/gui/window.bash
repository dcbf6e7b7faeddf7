# window.bash
# Functions that drive Wireshark's window with the plugin on a screen of its own. To be sourced by a
# script that has set: root (the project), folder (where pictures go). SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # who sources this has set root and folder

# shellcheck source=tests/gui/screen.bash
source "$root/tests/gui/screen.bash"

window_size=(1270 1125)
display_filter=pop

# A window that fits the screen, the columns wide enough.
prepare_workplace() {
    prepare_work "$root"/sample-captures/*.pcapng.gz
    cat >"$work/home/.config/wireshark/recent" <<'END'
column.width: %m, 45, %t, 80, %us, 105, %ud, 105, %p, 65, %L, 55, %i, 700
END
    echo "gui.geometry.save.size: FALSE" >>"$work/home/.config/wireshark/preferences"
}

# The id of the window whose title holds $1, once it is there.
window() {
    local id
    for _ in $(seq 60); do
        id=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -n 1)
        [[ -n $id ]] && echo "$id" && return
        sleep 0.5
    done
    echo "no window \"$1\" has come" >&2
    return 1
}

picture() {
    sleep 1
    import -window "${2:-$main_window}" "$folder/$1.png"
    echo "$folder/$1.png"
}

keys() {
    xdotool key --clearmodifiers --delay 120 "$@"
    sleep 0.7
}

# Types into a list, which then selects the first line that begins so.
find_line() {
    xdotool type --delay 30 "$1"
    sleep 1.2
}

# A capture, a frame, options: Wireshark with that frame selected.
open_capture() {
    local name=$1 frame=$2
    shift 2
    as_user wireshark -r "$work/$name.pcapng.gz" -Y "$display_filter" -g "$frame" "$@" >/dev/null 2>&1 &
    wireshark=$! # setpriv and env become what they run
    children+=("$wireshark")
    main_window=$(window "$name")
    sleep 3
    xdotool windowmove "$main_window" 0 0 windowsize "$main_window" "${window_size[@]}"
    xdotool windowactivate --sync "$main_window"
    sleep 2
}

close_capture() {
    kill "$wireshark"
    wait "$wireshark" 2>/dev/null || true
}

# Unfolds a tree, POP's by default: into the details, down to its line, and all that is below.
unfold_pop() {
    local line
    xdotool mousemove --window "$main_window" 300 $((window_size[1] * 4 / 5)) click 1
    keys Home
    for ((line = 1; line < ${1:-5}; line++)); do
        keys Down
    done
    keys shift+Right
}

# Opens the preferences of POP.
open_preferences() {
    xdotool windowactivate --sync "$main_window"
    keys ctrl+shift+p
    preferences=$(window Preferences)
    xdotool windowmove "$preferences" 100 100 windowsize "$preferences" 900 600
    xdotool windowactivate --sync "$preferences"
    sleep 1
    xdotool mousemove --window "$preferences" 60 75 click 1
    find_line Protocols
    keys Right
    find_line POP
}

# Into the menu of the letter $1, and on by keys; a number is that many lines down.
walk_menu() {
    local step
    keys "alt+$1"
    shift
    for step in "$@"; do
        if [[ $step =~ ^[0-9]+$ ]]; then
            for ((; step > 0; step--)); do xdotool key --delay 60 Down; done
        else
            keys "$step"
        fi
    done
}

# shellcheck disable=SC2034 # $dialog is for the caller
# A part of its title, its size, then how to walk there, from the letter of the menu on.
open_dialog() {
    local title=$1 width=$2 height=$3
    shift 3
    xdotool windowactivate --sync "$main_window"
    walk_menu "$@" Return
    dialog=$(window "$title")
    sleep 2
    xdotool windowsize "$dialog" "$width" "$height"
    sleep 1
}

close_dialog() {
    xdotool windowclose "$dialog"
    sleep 1
}

# The numbers are places in the menus of Wireshark 4.0, of what can be chosen.
open_logins() { open_dialog "POP Logins" "$1" "$2" s 12; }
open_mails() { open_dialog "POP Mails" "$1" "$2" s 13; }
open_sessions() { open_dialog "POP Sessions" "$1" "$2" s 14; }
open_response_times() { open_dialog "POP Service" "$1" "$2" s 7 Right 12; }
open_statistics() { open_dialog "Commands, Logins" "$1" "$2" s Up Right; }
open_credentials() { open_dialog Credentials "$1" "$2" t 1; }

# Tools > POP, the last one there.
open_message_reader() { open_dialog "POP Message" "$1" "$2" t Up Right; }
open_session_reader() { open_dialog "POP Session" "$1" "$2" t Up Right Down; }

# POP, the menu behind Help, down to its reports, and there to mails.
open_report_reader() { open_dialog "Report of POP Mails" "$1" "$2" h Right 2 Right 2; }

# Before a capture is opened: the toolbar POP, which is off by default.
turn_on_toolbar() {
    echo "gui.additional_toolbar_show: POP" >>"$work/home/.config/wireshark/recent"
}

# The same for the table of secrets: the password of the samples' user.
know_secrets() {
    echo '"alice","wonderland"' >"$work/home/.config/wireshark/pop_secrets"
}

# The menu of conversation filters, down to that of POP.
open_conversation_filters() { walk_menu a 5 Right Up; }

# shellcheck disable=SC2034 # $dialog is for the caller
open_secrets() {
    open_preferences
    xdotool mousemove --window "$preferences" 363 391 click 1
    dialog=$(window "POP secrets")
    sleep 1
    xdotool windowsize "$dialog" "$1" "$2"
}

# shellcheck disable=SC2034 # $objects is for the caller
# File > Export Objects, the third from below, and there IMF or POP: the fourth and the fifth.
open_export_objects() {
    local down=(Down Down Down)
    [[ $1 == POP ]] && down+=(Down)
    keys alt+f Up Up Up Right "${down[@]}" Return
    objects=$(window "Export.*$1")
}

# A folder $work with all that it takes, and the screen; both vanish when the script ends.
start() {
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    begin_work
    "$root/scripts/install-dependencies" --for-pictures
    build
    prepare_workplace
    start_screen 1280x1160
}
