"""What networkx reads about our backend while it is itself being imported: nothing may be imported here."""


def get_info() -> dict[str, object]:
    """The backend's name and words; its functions are found in the module of the entry point."""
    return {"backend_name": "cop", "project": "cop", "package": "cop", "short_summary": "Whole networks on CSR arrays."}
