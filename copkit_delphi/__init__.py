"""COPKIT Delphi: multi-round expert judgement on technology threats, from study to early-warning brief."""

__version__ = "0.1.0"
