"""What two people changed apart, settled on the screen."""
