"""Laying out sheets of ours: one look, measured for Chinese text, and cells put one by one."""
