"""Ends with 0 if this Python has what requirements.txt pins; else says what is missing."""

import importlib.metadata
import sys


def pins(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            # A hash has a line of its own.
            line = line.split("#")[0].split("--hash")[0].strip(" \\\n")
            if line:
                yield line.split("==")


def missing(path):
    for name, version in pins(path):
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        if found != version:
            yield f"{name} {version} ({found})"


if __name__ == "__main__":
    sys.exit(", ".join(missing(sys.argv[1])) or 0)
