"""The rulebook of one assessment: settings, units, indicators, inputs (方案工作簿)."""
