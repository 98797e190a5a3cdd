"""The form of an activity, in the calendar's side panel and as a dialog everywhere else."""

from freecrm.ui.activity_form.dialog import ActivityDialog
from freecrm.ui.activity_form.form import ActivityForm

__all__ = ["ActivityDialog", "ActivityForm"]
