"""What people text us: kept once, read once."""
