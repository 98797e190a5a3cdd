"""`python -m freecrm` and the frozen program: the command line; without arguments the window."""

from __future__ import annotations

import sys

from freecrm.store.child import serve_if_child

if __name__ == "__main__":
    serve_if_child()  # first: a frozen program is also its own child that reads foreign files
    from freecrm.cli import main

    sys.exit(main())
