"""One file a format number; format 1 is the first."""
