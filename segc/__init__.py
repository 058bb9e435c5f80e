"""segc compiles IEC 62443 zone-and-conduit policies to firewall configurations."""

__version__ = "0.1.0"
