#!/bin/sh
# Make the environment of the flood peers: sh make_peers.sh FOLDER
# landlab 2.11 imports on Python 3.12 or newer only; PEERS_PYTHON names one when none is found.
set -eu
folder=$1
for python in "${PEERS_PYTHON:-}" python3.12 python3.13 "$HOME"/.pyenv/versions/3.12*/bin/python; do
    if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        "$python" -m venv "$folder"
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check landlab==2.11.0 geoswe==1.1.1
        "$folder/bin/python" -c 'import geoswe; from landlab.components import OverlandFlow'
        exit 0
    fi
done
echo "The peers need Python 3.12: set PEERS_PYTHON=/path/to/python3.12" >&2
mkdir -p "$folder"  # the races are then skipped, and say so
