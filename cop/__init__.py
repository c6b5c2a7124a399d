"""The community, and the application that opens the house."""
