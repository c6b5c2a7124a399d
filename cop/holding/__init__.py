"""What the house holds of one person: counted, shown to herself, and forgotten as far as it is hers alone."""
