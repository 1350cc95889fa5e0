"""How the press writes, in any language: agencies, bylines, dates, headlines, signatures, and what stands in for a story."""
