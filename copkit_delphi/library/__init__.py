"""The library: technology-threat scenarios with indicators and candidate actions, shipped as data."""
