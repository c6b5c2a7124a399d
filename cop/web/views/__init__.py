"""What each page shows, as frozen dataclasses: a handler fills one, the template of the same name renders it."""
