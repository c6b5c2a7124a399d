"""Heavy work of the command line: rows out of the database, a pure planner, an action that saves what it found."""
