"""What the worker starts to measure the network."""

import sys

MEASURING = (sys.executable, "-m", "cop.cli", "network", "measure", "--json", "--leased")
REFRESHING = (sys.executable, "-m", "cop.compute.refreshing")
"""For places whose ties changed: it is started often, and so loads little."""
