"""How a panel comes about: lists that are imported, gaps, texts agreed to, interests, proposals, applications."""
