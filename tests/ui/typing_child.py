"""The child of test_form.py: types into a new customer, says when that is kept, and waits to be killed.

python typing_child.py FILE
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtTest import QTest

from freecrm.core.jobs import Jobs
from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.ui import look
from freecrm.ui.form import Form
from freecrm.ui.tasks import Tasks
from tests.ui.forms import line_of, typed


def main(path: str) -> None:
    app = look.make_app("typing")
    look.apply(app, "light")
    form = Form(open_store(Path(path), model()), Tasks(Jobs()), "customer", quick=True)
    form.show()
    form.drafts.kept.connect(lambda: sys.stdout.write("kept\n") and sys.stdout.flush())
    typed(line_of(form.boxes["name"].editor), "断电前的客户")
    QTest.keyClicks(line_of(form.boxes["phones"].editor), "138-0000-55")
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
