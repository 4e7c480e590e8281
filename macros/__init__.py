"""The folder of the VBA modules and the ribbon XML that go into the Excel add-in."""
