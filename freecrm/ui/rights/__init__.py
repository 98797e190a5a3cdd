"""Who works here and what they may do, on screen: signing in, the lock, roles, handing over, the log of what was seen."""
