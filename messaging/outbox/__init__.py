"""What shall be sent, leased and sent once."""
