"""Visits to schools: who was there, when, what she saw and what help the school needs."""
