# Sourced by the other scripts: sets $python to a Python 3.11 or newer that has sqlite3 and ssl, or says what is missing.

unset PYTHONHOME
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if "$candidate" -c 'import sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11 or newer (with sqlite3 and ssl) was found: install one, or name it with PYTHON=/path/to/python3 make …" >&2
    exit 1
fi
