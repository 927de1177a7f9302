"""Failures because something is missing on this machine, or was asked for wrongly."""

from __future__ import annotations

from core.errors.roots import MissingFailure, UsageFailure


class PassphraseTooShort(UsageFailure):
    """A new passphrase is shorter than the minimum. Facts: minimum."""

    code = "passphrase_too_short"


class SettingOutOfBounds(UsageFailure):
    """A setting has no such value. Facts: name, value, reason."""

    code = "setting_out_of_bounds"


class MissingProgram(MissingFailure):
    """A program that is needed is not installed. Facts: program, package."""

    code = "missing_program"


class DisplayUnavailable(MissingFailure):
    """The display to record cannot be opened. Facts: display."""

    code = "display_unavailable"


class EncoderUnavailable(MissingFailure):
    """No H.264 encoder works here. Facts: tried."""

    code = "encoder_unavailable"


class RecorderFailed(MissingFailure):
    """The recorder kept dying and was given up. Facts: attempts, reason."""

    code = "recorder_failed"
    is_retryable = True


class RecordingGap(MissingFailure):
    """Pictures were missing for a while; the recording goes on. Facts: reason, seconds."""

    code = "recording_gap"
    is_retryable = True


class SpaceLow(MissingFailure):
    """Little space is free; recording goes on. Facts: free_percent."""

    code = "space_low"


class SpaceClosing(MissingFailure):
    """So little space is free that the running session was ended. Facts: free_percent."""

    code = "space_closing"


class DataDirectoryUnwritable(MissingFailure):
    """The data directory cannot be made or written. Facts: path, reason."""

    code = "data_directory_unwritable"


class DataDirectoryBusy(MissingFailure):
    """Another engine works on this data directory. Facts: path, pid."""

    code = "data_directory_busy"
    is_retryable = True


class StorageFull(MissingFailure):
    """A write did not fit. Facts: path."""

    code = "storage_full"
    is_retryable = True


class StorageTooLow(MissingFailure):
    """Too little space is free to start a session. Facts: free_percent, needed_percent."""

    code = "storage_too_low"
    is_retryable = True


class VaultMissing(MissingFailure):
    """There is no vault yet. Facts: path."""

    code = "vault_missing"


class VaultExists(UsageFailure):
    """A vault is there already. Facts: path."""

    code = "vault_exists"


class VaultLocked(MissingFailure):
    """The vault must be unlocked first."""

    code = "vault_locked"


class WrongPassphrase(MissingFailure):
    """The passphrase does not open the vault."""

    code = "wrong_passphrase"
    is_retryable = True


class KeyStoreUnavailable(MissingFailure):
    """The system has no key store that is fit for keys. Facts: reason."""

    code = "key_store_unavailable"


class ChainUnreachable(MissingFailure):
    """The chain does not answer. Facts: reason."""

    code = "chain_unreachable"
    is_retryable = True


class MemoryTooLow(MissingFailure):
    """The machine cannot give the memory that opening the vault takes. Facts: needed_mib."""

    code = "memory_too_low"
    is_retryable = True


class SelfTestFailed(MissingFailure):
    """A test vector does not come out right on this machine. Facts: test."""

    code = "self_test_failed"


class BundleMissing(MissingFailure):
    """The bundle to be checked cannot be opened. Facts: path, reason."""

    code = "bundle_missing"


class DestinationUnwritable(MissingFailure):
    """A file to be written for the person cannot be written. Facts: path, reason."""

    code = "destination_unwritable"
