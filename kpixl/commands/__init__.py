"""What the commands do; which there are and what they take is said in `kpixl.cli`."""
