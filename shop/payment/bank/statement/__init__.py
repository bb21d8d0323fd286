"""A bank's statement: the file opened (`files`), its columns found (`columns`), its rows read (`reading`)."""


class Unreadable(ValueError):
    """The file is no statement we can read; the message is for staff and says what to do."""
