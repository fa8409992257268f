"""Own the tests of the reasoner that are not the case of one rule."""
