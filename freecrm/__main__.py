"""`python -m freecrm` and the frozen program: the same words as `freecrm`."""

from __future__ import annotations

import sys

from freecrm.exchange.child import serve_if_child

if __name__ == "__main__":
    serve_if_child()
    from freecrm.cli import main

    sys.exit(main())
