"""Core team to master trainers to circle trainers to teachers: rounds and steps."""
