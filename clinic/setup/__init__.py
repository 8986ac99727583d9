"""Setting a clinic up, step by step: what an empty database lacks until the first patient can be booked."""
