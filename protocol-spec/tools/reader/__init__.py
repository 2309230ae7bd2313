"""A second implementation of Nightjar, written from the text of protocol-spec alone."""
