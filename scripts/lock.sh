# lock.sh [--upgrade]: works out requirements.lock and requirements-dev.lock from pyproject.toml.
# Hashes are those of every file of a release on the public index, so that other machines and newer Pythons install too;
# therefore no local folder of packages and no second index is listened to. Use the oldest Python we support.
set -eu
cd "$(dirname "$0")/.."
. scripts/python.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_NO_INDEX
PIP_CONFIG_FILE=/dev/null
export PIP_CONFIG_FILE

"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check 'pip-tools>=7.5,<8'

compile() {
    "$scratch/venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe \
        --no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host "$@" pyproject.toml
}

compile --output-file requirements.lock "$@"
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock "$@"

if grep -nE '://|^ *-[a-z-]' requirements.lock requirements-dev.lock | grep -v -- '--hash=sha256:'; then
    echo "A lock file names an address or an option; it must hold pins and hashes only." >&2
    exit 1
fi
echo "requirements.lock: $(grep -c == requirements.lock) packages; requirements-dev.lock: $(grep -c == requirements-dev.lock)."
