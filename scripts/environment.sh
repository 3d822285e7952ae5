# Sourced by scripts/run, scripts/test and .ci/run: the project's own environment in .venv.
#
# Wants $root (the project's folder), sets $environment. A stamp in .venv says what it was made
# from; where that has changed, it is made anew.

# Nothing of the caller's Python may leak in. Settings that name a registry (PIP_INDEX_URL, …) stay.
unset PYTHONPATH PYTHONHOME PYTHONUSERBASE VIRTUAL_ENV VIRTUAL_ENV_PROMPT CONDA_PREFIX __PYVENV_LAUNCHER__
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_REQUIRE_VIRTUALENV PIP_CONSTRAINT PIP_REQUIREMENT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

environment="$root/.venv"
stamp="$environment/.scrubber-stamp"

say() { printf '%s\n' "$*" >&2; }

# Whether "$1" is a Python that can make environments and is new enough.
suits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The Python that "$1" is, or was made from: an environment that is active (it may be .venv itself,
# about to be made anew) must not be what ours is built with.
base_of() {
    "$1" -c 'import sys; print(getattr(sys, "_base_executable", None) or sys.executable)'
}

# Print the Python to build with: $PYTHON, or the first that suits.
find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        if suits "$PYTHON"; then
            base_of "$PYTHON"
            return 0
        fi
        say "PYTHON=$PYTHON cannot be used: it must run, be 3.11 or newer, and have the venv module."
        return 1
    fi
    # The pins in constraints.txt were resolved on 3.11, so that comes first.
    for name in python3.11 python3.12 python3.13 python3 python; do
        if suits "$name"; then
            base_of "$name"
            return 0
        fi
    done
    say "No Python 3.11 or newer with the venv module was found."
    say "Install one (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13),"
    say "or name it: PYTHON=/path/to/python3 scripts/run"
    return 1
}

# What an environment made by $1 depends on: Python's version, where the project stands, what it asks for.
fingerprint() {
    "$1" - "$root" <<'PYTHON'
import hashlib, pathlib, sys

root = pathlib.Path(sys.argv[1])
seen = hashlib.sha256(f"{sys.version_info[:2]} {root}".encode())
for name in ("pyproject.toml", "constraints.txt"):
    seen.update((root / name).read_bytes())
print(seen.hexdigest())
PYTHON
}

# Make sure that $environment holds the project. "$1" is an extra (`test`) or nothing.
prepare_environment() {
    local extra="${1:-}" python wanted
    python="$(find_python)" || return 1
    wanted="$(fingerprint "$python")" || return 1
    if [ -e "$environment" ] && [ ! -e "$stamp" ]; then
        say "$environment was not made by this script. Move it away, and run this again."
        return 1
    fi
    if ! grep -qsx "base $wanted" "$stamp" || ! suits "$environment/bin/python"; then
        say "Making an environment in .venv with $("$python" --version) ..."
        rm -rf "$environment"
        mkdir "$environment" && : >"$stamp"
        "$python" -m venv "$environment" || return 1
        install_project "" && printf 'base %s\n' "$wanted" >>"$stamp" || return 1
    fi
    if [ -n "$extra" ] && ! grep -qsx "$extra $wanted" "$stamp"; then
        install_project "[$extra]" && printf '%s %s\n' "$extra" "$wanted" >>"$stamp" || return 1
    fi
}

# Editable: what is run is what stands in the tree.
install_project() {
    say "Installing scrubber$1 from the package registry (once, a minute or so) ..."
    # "compat": a plain path entry, so that a script beside a clone named scrubber finds the package.
    if ! (cd "$root" && "$environment/bin/python" -m pip install -qq -c constraints.txt \
        --config-settings editable_mode=compat -e ".$1"); then
        say "The installation failed: see above. It needs a package registry that pip can reach"
        say "(another than pypi.org: set PIP_INDEX_URL). Nothing is left to tidy up; run this again."
        return 1
    fi
}
