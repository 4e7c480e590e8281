"""kpixl: assessment forms whose clauses are the program.

The package reads the scoring clauses of a 目标责任制考核 form, scores and ranks
the assessed units, and writes every figure back with its working.  Importing it
loads the standard library only; numpy and the readers load where they are used.
"""

__version__ = "0.1.0"
