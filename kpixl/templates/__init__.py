"""Forms: issued from a scheme, recognised when they come back, and read."""
