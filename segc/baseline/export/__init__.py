"""The policy as rules of sensors: what no flow permits is an alert, for each pair of zones. Nothing is ever dropped."""
