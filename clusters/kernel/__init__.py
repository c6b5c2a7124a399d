"""The ground: database, unit of work, facts, errors, clock, audit."""
