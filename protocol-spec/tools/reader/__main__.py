"""The command line: `vectors [PART OF A NAME]` and `live --bin DIR`."""

import argparse
import sys


def main() -> int:
    """Run what was asked for; 0 if nothing failed."""
    parser = argparse.ArgumentParser(prog="run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors", help="recompute every case of protocol-spec/vectors")
    vectors.add_argument("only", nargs="?", default="", help="only cases whose name contains this")
    vectors.add_argument("--vectors", help="another folder of vectors")
    live = commands.add_parser("live", help="talk to the real binaries")
    live.add_argument("--bin", required=True, help="the folder with nightjar and nightjar-relay")
    live.add_argument("only", nargs="?", default="", help="only scenarios whose name contains this")
    asked = parser.parse_args()
    if asked.command == "vectors":
        from . import cases

        return 1 if cases.run(asked.only, asked.vectors) else 0
    from . import live as scenarios

    return 1 if scenarios.run(asked.bin, asked.only) else 0


if __name__ == "__main__":
    sys.exit(main())
