"""What follows when a request to join or to move is settled: its sender hears of it, and nobody is asked any more."""
