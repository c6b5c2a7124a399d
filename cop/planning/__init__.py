"""Plans that are made in the background: asked for on a page, made by a worker's child, found again at an address."""
