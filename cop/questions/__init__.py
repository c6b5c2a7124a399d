"""Questions between teachers: asked of a few who want to help, or of a trainer, and answered without names or numbers
unless both sides agree."""
