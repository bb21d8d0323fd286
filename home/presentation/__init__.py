"""What the front page, events, stories, sales points and plain pages show."""
