"""What is taught: the five subjects and their modules."""
