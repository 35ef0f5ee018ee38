"""Bad inputs of the public callables of minidl, for tests/test_bad_input.py."""
