"""What carriers mean by the words of their column of statuses.

The words are free text, often with a place or a name of a person in it ("Đã giao - huyện Tiên Du"), so
only whole phrases count. "Hoàn" alone means both to bring back and to complete: "hoàn tất" and "hoàn thành"
are no return, "chuyển hoàn thành công" is one; Hoàn Kiếm is a district. "Không phát sinh phí" and "chuyển trả
tiền" speak of money.
"""

import re

from catalogue.folding import keywords

_BACK = re.compile(
    r"\b(?:"
    r"(?:da|dang|cho|duoc|bi|hang|don|kien|buu gui|phat) hoan(?! tat\b| kiem\b| thanh\b(?! cong\b))"
    r"|chuyen hoan|hoan (?:hang|ve|tra|lai|kho|don|mot phan)|tra (?:hang|lai)"
    r"|chuyen tra(?! (?:tien|cod|cuoc|phi|thu ho)\b)"
    r"|khong (?:thanh cong|giao|phat(?! sinh\b)|nhan|lay)|chua (?:giao|phat(?! sinh\b))|that bai|tu choi"
    r"|(?:da|bi|don|yeu cau) huy|huy (?:don|giao|van don)"
    r"|not delivered|return\w*|cancel\w*|refus\w*|reject\w*|fail\w*|undeliver\w*"
    r")\b|^(?:hoan|huy)$"
)


def is_back(status: str) -> bool:
    """Return whether a carrier says with `status` that a parcel was not handed over or comes back."""
    return bool(_BACK.search(keywords(status.replace("_", " "))))
