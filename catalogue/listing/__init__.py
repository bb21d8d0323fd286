"""All that is on sale, one row per product and language: facets, cards, the index in memory."""
