"""A small plant with two conduits, for promotion."""

from __future__ import annotations

from pathlib import Path

TEXT = """\
segc 1
site works { timezone "Europe/Vienna"; mode monitor; owner production }
team production
team office-it
role lead { team production; phone "1"; deputy head }
role head { team production; phone "2" }
service modbus { tcp 502 }
service backup { tcp 873 }

zone office {
  level        4
  owner        office-it
  net          10.40.0.0/24
  asset store 10.40.0.9 { kind server }
}
zone mes {
  level        3
  authority    isolate lead
  authority    shutdown lead
  net          10.30.0.0/24
  asset app 10.30.0.10 { kind mes }
  asset ews 10.30.0.50 { kind engineering-station }
}
zone line {
  level        2
  authority    isolate lead
  authority    shutdown lead
  net          10.3.0.0/24
  asset plc 10.3.0.11 { kind plc }
  asset hmi 10.3.0.21 { kind hmi }
}
conduit recipes mes -> line {
  allow app -> plc : modbus { because "set-points" }
}
conduit copies mes <-> office {
  mode         monitor                            # since the audit
  allow store -> app : backup { because "nightly"; expect periodic }
}
firewall fw {
  target       nftables
  interface eth0 mes 10.30.0.1/24
  interface eth1 line 10.3.0.1/24
  interface eth2 office 10.40.0.1/24
}
"""


def plant(folder: Path, text: str = TEXT) -> Path:
    """The plant in a folder of its own."""
    folder.mkdir()
    (folder / "plant.zone").write_text(text, encoding="utf-8")
    return folder
