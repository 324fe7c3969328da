# older_whoosh.sh: the tests of the search on Whoosh 2.7.4 (2016), the release that Whoosh-Reloaded continues, so that the
# engine can be exchanged. It is laid beside .venv, never into it: one distribution alone may provide `whoosh` there.
set -eu
cd "$(dirname "$0")/.."
beside=$(mktemp -d)
trap 'rm -rf "$beside"' EXIT
echo 'Whoosh==2.7.4 --hash=sha256:aa39c3c3426e3fd107dcb4bde64ca1e276a65a889d9085a6e4b54ba82420a852' >"$beside/pinned"
if ! .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes --only-binary :all: --target "$beside/lib" -r "$beside/pinned"; then
    echo 'Whoosh 2.7.4 could not be fetched: the tests of the search were not run on it.' >&2
    exit 0
fi
PYTHONPATH="$beside/lib" .venv/bin/python -c 'import whoosh; assert whoosh.__version__ == (2, 7, 4), whoosh.__version__'
PYTHONPATH="$beside/lib" .venv/bin/python -m pytest -q -W ignore::SyntaxWarning -m "not soak" -k "not one_distribution" tests/catalog/register/test_index.py \
    tests/catalog/register/test_search.py tests/catalog/register/test_no_silent_loss.py tests/catalog/register/test_judged.py
