#!/bin/sh
# Make the environments of the peers: sh make_peers.sh FOLDER
# pyretechnics, the wildfire peer, runs on Python 3.11 only and goes into FOLDER/fire.
# landlab 2.11 imports on Python 3.12 or newer only; PEERS_PYTHON names one when none is found.
set -eu
folder=$1
if python3.11 -m venv "$folder/fire"; then
    "$folder/fire/bin/python" -m pip install --quiet --disable-pip-version-check pyretechnics==2026.10.20
else
    echo "The wildfire peer needs Python 3.11: its race is skipped" >&2
fi
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
