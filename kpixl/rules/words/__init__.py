"""The words of scoring clauses: one row a token class, a module for each part of a clause."""
