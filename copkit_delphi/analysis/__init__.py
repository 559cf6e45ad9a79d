"""Numbers: agreement, stability and panel coefficients of a round. Knows arrays, no tables and no web."""
