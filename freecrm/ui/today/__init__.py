"""The page of the day: what is late, what is due, who is about to be forgotten; every line acts in place."""
