"""One file a page: what is read for it, and the acts that begin on it; each ends in its `handlers`."""
