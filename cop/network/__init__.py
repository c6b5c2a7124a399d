"""What the ties say as a whole; a person's own are hers alone."""
