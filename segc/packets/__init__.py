"""Sets of packets: the algebra by which rendered files and policies are compared over all packets."""
