"""`python -m freecrm`: the command line; without arguments the window."""

from __future__ import annotations

import sys

from freecrm.cli import main

sys.exit(main())
