"""The import wizard: five steps from a file to imported rows, nothing written before the last button."""

from freecrm.ui.wizard.page import ImportPage as ImportPage
