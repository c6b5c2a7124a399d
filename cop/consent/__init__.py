"""What a person lets the community keep and show: her ties, her name on a note, her number; always dated, never by
default."""
