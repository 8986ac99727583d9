"""``make bench``: measure a scale, or put two kept runs side by side."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from benchmarks import report
from benchmarks.run import EFFORTS, run, say_on_terminal
from benchmarks.verdicts import failures
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.supervisor import StopRequested


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", choices=list(EFFORTS), default="S", help="S: quick; M: ten years; L: fifty branches")
    parser.add_argument("--fresh", action="store_true", help="build the dataset anew")
    parser.add_argument("--compare", nargs=2, metavar=("OLD", "NEW"), type=Path, help="two files of benchmarks/results")
    asked = parser.parse_args(arguments)
    try:
        if asked.compare:
            print(report.compared(*map(report.read, asked.compare)))
            return 0
        result = run(asked.scale, is_fresh=asked.fresh, say=say_on_terminal)
    except (EmbeddedError, OSError) as error:
        print(f"zubr: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, StopRequested):
        return 130
    print(report.told(result, report.smaller_run(asked.scale)))
    if asked.scale != "XS":  # for trying the ruler itself
        print(f"\nKept as {report.write(result).relative_to(report.ROOT)}")
    return 1 if failures(result) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
