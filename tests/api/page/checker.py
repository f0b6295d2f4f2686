"""axe-core, the checker of pages that everybody uses."""

import json
import shutil
import subprocess
import tarfile

import pytest

FULL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The checker, or "" where it cannot be had."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm"):
        return ""
    fetch = ["npm", "pack", "--silent", "--prefer-offline", "--fetch-retries=0", "axe-core@4"]
    try:
        subprocess.run(fetch, cwd=folder, capture_output=True, timeout=60, check=True)
    except subprocess.SubprocessError:
        return ""
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        found = packed.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode()


@pytest.fixture
def look(page, axe):
    """A function that has the view checked: whole in light colours, and once more what depends on them in dark ones."""
    if not axe:

        async def nothing(view):
            return None

        yield nothing
        pytest.skip("axe-core cannot be fetched here; the walk itself was done")

    async def check(view):
        if not await page.js("'axe' in window"):
            await page.js(f"{axe}; 0")
        for scheme, kind, names in (("dark", "rule", COLOURS), ("light", "tag", FULL)):
            await page.prefer(color_scheme=scheme)
            found = await page.js(
                f"axe.run(document, {{runOnly: {{type: {kind!r}, values: {json.dumps(names)}}}}})"
                ".then((all) => all.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html + ' '"
                " + node.failureSummary).join(' | ')}`))"
            )
            assert found == [], f"{view}, {scheme}: {json.dumps(found, indent=1)}"

    yield check
