"""On a developer's terminal mail reads as its receiver reads it, and nothing is said twice."""

import io
import logging

from django.core.mail import EmailMultiAlternatives
from post_office.logutils import setup_loghandlers

from config import mail
from config.console import RULE, EmailBackend

TEXT = "Chào Ánh,\n\nđơn 7K2M4P đã tới chợ: " + "một dòng dài hơn bảy mươi tám ký tự; " * 4 + "hết."


def printed(*, attached: str = "") -> list[str]:
    message = EmailMultiAlternatives(
        "Đơn hàng 7K2M4P", TEXT, "Chợ Bắc Ninh <cho@example.vn>", ["anh@example.vn", "ba@example.vn"]
    )
    message.attach_alternative(f"<p>{TEXT}</p>", "text/html")
    if attached:
        message.attach(attached, b"%PDF-", "application/pdf")
    stream = io.StringIO()
    assert EmailBackend(stream=stream).send_messages([message]) == 1
    return stream.getvalue().splitlines()


HEAD = [
    "",
    "Subject: Đơn hàng 7K2M4P",
    "From:    Chợ Bắc Ninh <cho@example.vn>",
    "To:      anh@example.vn, ba@example.vn",
]


def test_a_mail_is_printed_with_subject_people_and_text_only() -> None:
    assert printed() == [*HEAD, "", *TEXT.splitlines(), RULE]


def test_what_is_attached_is_named() -> None:
    assert printed(attached="hoa-don.pdf") == [
        *HEAD,
        "Files:   hoa-don.pdf",
        "",
        *TEXT.splitlines(),
        RULE,
    ]


def test_the_console_is_ours() -> None:
    backends = mail.from_url("console:")["POST_OFFICE"]["BACKENDS"]
    assert backends == {"default": "config.console.EmailBackend"}


def test_the_queue_of_mail_logs_once() -> None:
    """post_office gives a logger without handlers one of its own: each line stood there twice."""
    setup_loghandlers()
    assert [type(handler) for handler in logging.getLogger("post_office").handlers] == [logging.NullHandler]
