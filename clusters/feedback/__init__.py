"""What participants say of a training session, without their names."""
