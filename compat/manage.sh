#!/bin/sh
# The older script's name and words, on creel. It looks for creel beside itself, then in PATH. A link to it works in the link's
# folder, as the older one did in its own; called by its own name it works where you are.
here=$(dirname -- "$(readlink -f -- "$0")")
if [ -z "${CREEL_CONTAINERS:-}" ] && [ -L "$0" ]; then
    CREEL_CONTAINERS=$(cd -- "$(dirname -- "$0")" && pwd)
    export CREEL_CONTAINERS
fi
for creel in "$here/creel" "$here/../creel" "$here/../artifacts/publish/creel"; do
    if [ -x "$creel" ] && [ ! -d "$creel" ]; then
        exec "$creel" compat manage -- "$@"
    fi
done
if creel=$(command -v creel); then
    exec "$creel" compat manage -- "$@"
fi
echo "manage: there is no creel beside this script or in PATH" >&2
exit 1
