"""The page «Tidy up»: suggestions, the ten of today, scores by owner."""
