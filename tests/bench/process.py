"""One measurement in a process of its own: `python -m tests.bench.process module:function [args as JSON]`.

Imports nothing that a start would have to wait for. What it marks is timed by the reader of its output.
"""

from __future__ import annotations

import os


def mark(name: str) -> None:
    """Tell the bench that this moment has come."""
    os.write(1, f"MARK {name}\n".encode())


if __name__ == "__main__":
    import json
    import sys
    from importlib import import_module

    module, _, function = sys.argv[1].partition(":")
    answer = getattr(import_module(f"tests.bench.{module}"), function)(*json.loads(sys.argv[2]))
    os.write(1, f"VALUE {json.dumps(answer or {})}\n".encode())
    sys.stderr.flush()
    os._exit(0)  # what a process does after its last word is not measured
