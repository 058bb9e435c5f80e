#!/usr/bin/env python3
"""fw-c: put the aliases and rules of segc.xml into OPNsense's configuration.

    python3 merge.py segc.xml /conf/config.xml

Of the rules of Firewall > Rules [new], all are replaced; of the aliases, those whose names begin with `segc_`.
The configuration as it was is kept beside it, as config.xml.before-segc. Nothing is loaded: that is `apply`'s part.
"""

import os
import shutil
import sys
from xml.etree import ElementTree

ALIASES, RULES = "OPNsense/Firewall/Alias/aliases", "OPNsense/Firewall/Filter/rules"


def section(root, path):
    """The element of a path; made where there is none."""
    for tag in path.split("/"):
        found = root.find(tag)
        root = found if found is not None else ElementTree.SubElement(root, tag)
    return root


def main(ours, config):
    """Merge, write beside, and only then take the place of the old file."""
    new, tree = ElementTree.parse(ours).getroot(), ElementTree.parse(config)
    root = tree.getroot()
    if root.tag != "opnsense":
        sys.exit(config + " is no configuration of OPNsense")
    rules, aliases = section(root, RULES), section(root, ALIASES)
    rules[:] = list(new.find(RULES))
    kept = [one for one in aliases if not (one.findtext("name") or "").startswith("segc_")]
    aliases[:] = kept + list(new.find(ALIASES))
    shutil.copy2(config, config + ".before-segc")
    shutil.copy2(config, config + ".segc")  # owner and mode are those of the old file
    tree.write(config + ".segc", encoding="utf-8", xml_declaration=True)
    os.replace(config + ".segc", config)
    print(len(rules), "rules,", len(aliases) - len(kept), "aliases of segc,", len(kept), "others kept")


if __name__ == "__main__":
    main(*sys.argv[1:])
