"""Voluntary groups of colleagues around a subject, within and across clusters: members admit members."""
