"""One file a word that people can text."""
