"""Speed against named peers: python -m tests.benchmarks NAME"""
