"""The measures: one family a module; each module lists its entries in ``MEASURES``."""
