"""Drafts: `.zone` text for what was seen and no flow permits. A person reads it, and takes in what has a reason."""
