"""zstd, bounded: what a peer sends never grows past a limit, and no decompressor is shared between calls."""

import zstandard

MAX_COMPRESSED_BYTES = 4 * 1024 * 1024
MAX_RAW_BYTES = 16 * 1024 * 1024
LEVEL = 3
_BLOCK = 256 * 1024


class TooLarge(ValueError):
    """The data is larger than the protocol allows, or would become so."""


def compress(data: bytes) -> bytes:
    """One zstd frame."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(data)


def decompress(data: bytes, limit: int = MAX_RAW_BYTES) -> bytes:
    """The contents of zstd frames, at most ``limit`` bytes. Raises :class:`TooLarge`, ValueError for other bytes."""
    parts: list[bytes] = []
    size = 0
    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(data) as reader:
            while block := reader.read(min(_BLOCK, limit - size + 1)):
                size += len(block)
                if size > limit:
                    raise TooLarge(f"more than {limit} bytes when decompressed")
                parts.append(block)
    except zstandard.ZstdError as error:
        raise ValueError(f"not zstd: {error}") from None
    return b"".join(parts)
