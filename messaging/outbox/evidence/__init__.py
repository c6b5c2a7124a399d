"""What is known of texts that were handed over: from answers, callbacks, lists and looks, in any order."""
