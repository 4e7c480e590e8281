"""Tests of cell functions, as spreadsheet programs call them."""
