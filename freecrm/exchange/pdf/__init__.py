"""Everything on paper: pages by reportlab in Noto Sans SC, shown and printed by pypdfium2.

fonts: the two weights, widths, what is missing in them. sheet: pages with head and foot. list_pdf, record_pdf:
the layouts; they are fed plain texts and know no entity. pages: pictures of the pages of a file.
Nothing here is loaded before something is printed.
"""
