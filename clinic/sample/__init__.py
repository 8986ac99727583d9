"""The sample clinic: whether this is one, what it holds, and how it makes room for a clinic of one's own."""
