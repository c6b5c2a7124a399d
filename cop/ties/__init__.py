"""Who turned to whom for help: given freely, withdrawn freely, shown to nobody but the person herself."""
