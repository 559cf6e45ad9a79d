"""Measures of whole studies: they stand above the engine, since each analyses rounds anew; a module lists ``MEASURES``."""
