"""Judgement: text in, measures and objections out. Usable alone, without Ray and without this corpus."""
