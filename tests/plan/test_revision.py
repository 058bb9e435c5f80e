"""A revision gives the bytes that were committed: attributes change none, and links lead nowhere."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from segc.plan.revision import at_revision

if TYPE_CHECKING:
    from pathlib import Path

GIT = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")


def test_attributes_and_links(tmp_path: Path) -> None:
    plant = tmp_path / "works" / "site"
    plant.mkdir(parents=True)
    (plant / "plant.zone").write_text("segc 1\n# $Format:%H$\n")
    (plant / "gone.zone").write_text("# left out of archives\n")
    (tmp_path / "secret").write_text("secret\n")
    (plant / "link.zone").symlink_to(tmp_path / "secret")
    (plant / ".gitattributes").write_text("*.zone export-subst\ngone.zone export-ignore\n")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "one")):
        subprocess.run([*GIT, "-C", str(tmp_path / "works"), *arguments], check=True, capture_output=True)
    (plant / "plant.zone").write_text("changed since\n")
    for path in (plant, plant / "plant.zone"):
        with at_revision(path, "HEAD") as there:
            folder = there if there.is_dir() else there.parent
            assert {file.name for file in folder.iterdir()} == {"plant.zone", "gone.zone"}
            assert (folder / "plant.zone").read_text() == "segc 1\n# $Format:%H$\n"
