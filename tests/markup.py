"""HTML as a browser shows it, so that a test does not depend on how a template's lines are broken."""

import re

from django.http import HttpResponse

# White space at the edges of these is never shown; at the edges of the others it is.
BLOCKS = (
    "address|article|aside|blockquote|body|br|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|head|header|hr|html|legend|li|link|main|meta|nav|ol|option|p|section|select|source|summary"
    "|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
BLOCK_TAG = re.compile(rf" ?(</?(?:{BLOCKS})(?=[ />])[^>]*>) ?")
BUTTON_EDGES = re.compile(r"(<button\b[^>]*>) | (?=</button>)")


def flat(page: HttpResponse | str) -> str:
    """Write HTML without the line breaks and indents of its templates.

    Args:
        page: a response or its text.

    Returns:
        The same HTML with each run of white space as one blank, and none where no browser shows it:
        beside block-level elements, within a button's edges, before the end of a tag.
    """
    html = page if isinstance(page, str) else page.content.decode()
    html = re.sub(r"[ \t\r\n]+", " ", html)
    html = re.sub(r" (?=/?>)", "", html)
    return BUTTON_EDGES.sub(r"\1", BLOCK_TAG.sub(r"\1", html))
