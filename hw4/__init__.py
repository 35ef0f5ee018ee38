"""HW4: pieces of a training framework: RMSNorm, an autograd Function, Lion."""
