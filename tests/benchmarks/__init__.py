"""Speed of minidl compared with other libraries: python -m tests.benchmarks NAME"""
