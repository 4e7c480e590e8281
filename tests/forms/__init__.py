"""Clean and faulty forms: what the checks must let pass, and what they must find."""
