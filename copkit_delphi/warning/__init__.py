"""Warning: indicators, early actions, briefs, their signatures and release."""
