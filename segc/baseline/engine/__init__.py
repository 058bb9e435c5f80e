"""The engines that count: one small protocol, the same SQL on each."""
