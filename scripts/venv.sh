# venv.sh LOCK …: makes .venv if it is missing or broken, and installs each lock file into it that is not installed yet.
# .venv/locks remembers what is: where the project stood, then one line a lock with its checksum.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
stamp=.venv/locks

sum_of() { echo "$1 $(cksum <"$1")"; }

usable() { .venv/bin/python -m pip --version >/dev/null 2>&1 && grep -qxF "$here" "$stamp" 2>/dev/null; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true >/dev/null 2>&1; }
}

make_venv() {
    "$python" -c 'import ensurepip' >/dev/null 2>&1 && "$python" -m venv --clear .venv
}

if ! usable; then
    . scripts/python.sh
    echo "Making .venv with $("$python" --version)"
    if ! make_venv; then
        # Debian and Ubuntu keep this part of Python in a package of its own.
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if may_install; then
            echo "Installing the system package $package"
            as_root apt-get update -qq || true
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true
        fi
        if ! make_venv; then
            echo "This Python cannot make virtual environments: install its venv package (Debian, Ubuntu: apt-get install $package) and repeat." >&2
            exit 1
        fi
    fi
    echo "$here" >"$stamp"
fi

missing=
for lock in "$@"; do
    if ! grep -qxF "$(sum_of "$lock")" "$stamp"; then
        missing=$lock
    fi
done
if [ -n "$missing" ]; then
    # The last lock named holds the others.
    for lock in "$@"; do last=$lock; done
    echo "Installing $(grep -c == "$last") pinned packages from $last"
    PIP_USER=0 .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-virtualenv \
        --require-hashes -r "$last"
    for lock in "$@"; do
        known=$(grep -v "^$lock " "$stamp")
        printf '%s\n%s\n' "$known" "$(sum_of "$lock")" >"$stamp.new"
        mv "$stamp.new" "$stamp"
    done
fi
