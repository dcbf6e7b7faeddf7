# Debian releases in folders of this machine (chroots): made once with debootstrap, kept for the next run.
# Sourced by scripts that need another release than the machine's own; they run as root.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

# The project's folder, which who sources this has named.
readonly project=${root:?}
readonly matrix_folder=${POP_MATRIX_FOLDER:-/var/cache/wireshark-pop-matrix}
readonly tester=65534 # who builds and tests in a chroot; owns nothing else there

# Prints the mirror that apt uses on this machine, or the name that finds one near by.
debian_mirror() {
    local found
    # shellcheck disable=SC2016 # apt's variable, not the shell's
    found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        grep -E '^https?://.*/debian/?$' | head -n 1)
    echo "${POP_MATRIX_MIRROR:-${found:-http://deb.debian.org/debian}}"
}

# Exports apt's proxy for debootstrap, which asks the environment alone.
use_proxy_of_apt() {
    local scheme value
    for scheme in http https; do
        local name=${scheme}_proxy
        value=$(apt-config dump --format '%v%n' "Acquire::$scheme::Proxy")
        [[ -n ${!name:-} || -z $value || $value == DIRECT ]] || export "$name=$value"
    done
}

# Prints how apt of this machine reaches its mirror, as settings for apt of a chroot.
apt_settings() {
    apt-config dump | grep -E '^Acquire::(https?::(.*::)?(Proxy|Timeout)|Check-|Retries)' || true
    echo 'Acquire::Languages "none";'
    echo 'APT::Install-Recommends "false";'
}

# RELEASE. Makes base-RELEASE: the release with what every Debian has, and nothing more.
make_base() {
    local release=$1 mirror more=() folder="$matrix_folder/base-$1"
    [[ -e $folder ]] && return
    mirror=$(debian_mirror)
    [[ $mirror == https:* ]] && more=(--include=ca-certificates)
    rm -rf "$folder.new"
    echo "Making a chroot of $release from $mirror" >&2
    use_proxy_of_apt
    debootstrap --variant=minbase "${more[@]}" "$release" "$folder.new" "$mirror" ||
        chroot "$folder.new" apt-get -y -f install || return
    apt_settings >"$folder.new/etc/apt/apt.conf.d/90-from-the-host"
    echo force-unsafe-io >"$folder.new/etc/dpkg/dpkg.cfg.d/unsafe-io"
    printf '#!/bin/sh\nexit 101\n' >"$folder.new/usr/sbin/policy-rc.d" # starts no services
    chmod 755 "$folder.new/usr/sbin/policy-rc.d"
    rm -f "$folder.new"/var/cache/apt/archives/*.deb
    mv "$folder.new" "$folder"
}

# Some machines, containers above all, let not even root mount anything.
chroots_are_possible() {
    unshare --mount --pid --fork mount -t proc proc /proc
}

# FOLDER. Takes up again what an interrupted apt or dpkg left half-done in the chroot.
mend_packages() {
    in_chroot "$1" 0 dpkg --configure -a || true # apt says what this could not
    in_chroot "$1" 0 apt-get -y -f install
}

# RELEASE FOLDER. A chroot of its own, without anything that earlier runs left in another.
copy_base() {
    make_base "$1" && rm -rf "$2" && cp -a "$matrix_folder/base-$1" "$2"
}

# FOLDER USER COMMAND... runs the command in the chroot. /proc and /dev/shm are mounted in a namespace of
# the command's own, so they go with it however it ends, and so do the processes it leaves behind.
in_chroot() {
    local folder=$1 user=$2
    shift 2
    cp --dereference /etc/resolv.conf "$folder/etc/resolv.conf"
    local environment=(HOME=/project PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
    local name
    for name in http_proxy https_proxy no_proxy; do
        [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
    done
    # shellcheck disable=SC2016 # expanded by the shell in the namespace
    local mount='mount -t proc proc "$1/proc"; mkdir -p "$1/dev/shm"; mount -t tmpfs shm "$1/dev/shm"'
    unshare --mount --pid --fork --kill-child bash -c "$mount"'; shift; exec "$@"' in_chroot "$folder" \
        chroot --userspec="$user:$user" "$folder" env -i "${environment[@]}" "$@"
}

# FOLDER. Copies the project into the chroot's /project: what is tracked or could be, so no build folders.
copy_project() {
    local target="$1/project"
    rm -rf "$target"
    mkdir -p "$target"
    if git -C "$project" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -C "$project" ls-files -z --cached --others --exclude-standard
    else
        (cd "$project" && find . \( -name 'build*' -o -name __pycache__ \) -prune -o -type f -print0)
    fi | tar -C "$project" --null --ignore-failed-read -T - -c | tar -C "$target" -x
    chown -R "$tester:$tester" "$target"
}
