"""The page with the reports: the list of them, what can be asked, a chart, the table that it is drawn from."""
