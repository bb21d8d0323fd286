"""The code as a picture: error level M, black on white in every theme, with its quiet zone."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE = 4  # modules, by ISO/IEC 18004
PNG_SCALE = 12  # pixels per module: sharp when a phone's gallery shrinks it


def svg(text: str, *, title: str) -> SafeString:
    """Return an inline <svg> without styles or scripts; only a shape, so the content policy lets it pass."""
    drawing = _code(text).svg_inline(
        border=QUIET_ZONE,
        omitsize=True,
        light="#fff",
        dark="#000",
        title=title,
        svgclass=None,
        lineclass=None,
    )
    return mark_safe(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308 - segno escapes the title


def png(text: str) -> bytes:
    """Return the picture to save on a phone and open in the bank's app."""
    out = BytesIO()
    _code(text).save(out, kind="png", border=QUIET_ZONE, scale=PNG_SCALE, light="#fff", dark="#000")
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)
