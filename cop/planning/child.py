"""What the worker starts to make a plan: its number and the token of the lease follow."""

import sys

PLANNING = (sys.executable, "-m", "cop.compute.planning")
