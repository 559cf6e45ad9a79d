"""Documents: charts as SVG, briefs, annexes and analysis reports as HTML and PDF. Knows no table, no number engine."""
