#!/bin/sh
# The older generator's name and variables, on creel. It looks for creel beside itself, then in PATH.
here=$(dirname -- "$(readlink -f -- "$0")")
for creel in "$here/creel" "$here/../creel" "$here/../artifacts/publish/creel"; do
    if [ -x "$creel" ] && [ ! -d "$creel" ]; then
        exec "$creel" compat generate-docker-compose
    fi
done
if creel=$(command -v creel); then
    exec "$creel" compat generate-docker-compose
fi
echo "generate-docker-compose: there is no creel beside this script or in PATH" >&2
exit 1
