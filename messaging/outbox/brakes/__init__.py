"""What holds a text back though it is due: the rates of senders, caps, the budget, breakers and the stops of people."""
