"""Forms of the organization: they parse and check the shape, services decide."""
