"""Results as sheets, text and JSON; nothing here knows a spreadsheet program."""
