"""Where the tests of sound put it."""

import pytest

from pipeline.stores.clips import FolderClipStore


@pytest.fixture
def clips(tmp_path):
    return FolderClipStore(tmp_path / "audio")
