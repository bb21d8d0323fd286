"""The admin as producers see it, and the gate around it."""
