"""What has changed since a day: who is new, who is silent, and whose rhythm or volume is another one."""
