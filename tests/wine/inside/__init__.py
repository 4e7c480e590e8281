"""What runs inside Windows' Python for the tests; nothing here is run by pytest itself."""
