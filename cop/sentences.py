"""The sentence of every error a person can cause: what happened, why, what to do."""

from clusters.kernel.errors import CopError

SENTENCES = {
    "setting_unknown": "There is no setting {name}. Did you mean {near}? `cop settings` lists them all.",
    "setting_unreadable": "{name} is set to {value!r}, which cannot be read. It takes {wanted}.",
}
"""English sentences by key; pages translate them through gettext. A test finds every key that is raised."""


def sentence(error: CopError) -> str:
    """What to tell a person about an error; an error without a sentence says its key and values."""
    template = SENTENCES.get(error.key)
    if template is None:
        return f"{error.key}: {', '.join(f'{name} {value}' for name, value in error.values.items())}"
    return template.format_map(error.values)
