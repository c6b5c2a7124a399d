"""What the worker starts to make a plan, whose number and token follow, or to work bounds out again."""

import sys

PLANNING = (sys.executable, "-m", "cop.compute.planning")
CONFIRMING = "confirm"
"""Instead of a number."""
