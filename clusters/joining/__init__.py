"""Who wants to join, or to teach at another school: asked by text, confirmed by whoever trains there."""
