#!/bin/sh
# fw: ends the sessions of grants, open or over. pf knows sessions by their two ends only:
# other sessions between the same two go as well, and come back where a flow permits them.
# Over SSH or the console, option 8 (Shell).
# over.4vmaxbqo: dmz.jump -> hmi : s7
pfctl -k 10.1.0.5 -k 10.2.0.6
# open.a7cj3quk: dmz.jump -> plc : web
pfctl -k 10.1.0.5 -k 10.2.0.5
# weekly.cqpabz6s: dmz.jump -> hmi, plc : s7, web
pfctl -k 10.1.0.5 -k 10.2.0.5
pfctl -k 10.1.0.5 -k 10.2.0.6
