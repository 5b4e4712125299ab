"""The error if packages of the extra `emulator` are missing."""

from __future__ import annotations

from vidu_ext.values.errors import MissingExtraError
from vidu_ext.values.installed import install_command


def missing_extra(error: ImportError) -> MissingExtraError:
    """Return the error for a package that cannot be imported."""
    return MissingExtraError(f"the emulator's server needs {error.name}, which is not installed: {install_command('emulator')}")
