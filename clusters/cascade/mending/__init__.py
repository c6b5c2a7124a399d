"""A plan mended after bad news with the fewest changes; pure, asked through `clusters.cascade.replan`."""
