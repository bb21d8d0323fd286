"""The text inside a VietQR code: EMVCo's merchant-presented QR with NAPAS' template.

Source: EMV QRCPS merchant-presented mode 1.1; NAPAS "Định dạng mã QR dịch vụ chuyển nhanh" 1.5.2.
"""

import re
from decimal import Decimal

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"  # quick transfer to an account; QRIBFTTC would be to a card
DONG = "704"  # ISO 4217
MAX_MEMO = 25
MAX_AMOUNT = Decimal(9_999_999_999_999)  # field 54 holds 13 characters
BIN = re.compile(r"\d{6}", re.ASCII)
ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}", re.ASCII)
MEMO = re.compile(rf"[0-9A-Za-z ]{{0,{MAX_MEMO}}}", re.ASCII)


def payload(*, bank: str, account: str, amount: Decimal | None = None, memo: str = "") -> str:
    """Return the text of the code.

    Args:
        bank: the bank's BIN, six digits.
        account: up to 19 letters and digits.
        amount: whole đồng above zero; None leaves it to the payer.
        memo: up to 25 ASCII letters, digits and blanks; some banks drop or refuse anything else.

    Raises:
        ValueError: something does not fit the standard; never a code that pays wrongly.
    """
    for pattern, value in ((BIN, bank), (ACCOUNT, account), (MEMO, memo)):
        if not pattern.fullmatch(value):
            raise ValueError(f"{value!r} cannot stand in a VietQR code.")
    receiver = _field("00", bank) + _field("01", account)
    once = "12" if amount is not None else "11"
    template = _field("00", NAPAS) + _field("01", receiver) + _field("02", TO_ACCOUNT)
    text = _field("00", "01") + _field("01", once) + _field("38", template) + _field("53", DONG)
    if amount is not None:
        text += _field("54", _whole(amount))
    text += _field("58", "VN")
    if memo:
        text += _field("62", _field("08", memo))
    text += "6304"  # the checksum covers its own id and length
    return f"{text}{crc16(text.encode('ascii')):04X}"


def crc16(data: bytes) -> int:
    """Return CRC-16/CCITT-FALSE of `data`; of b"123456789" it is 0x29B1."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _whole(amount: Decimal) -> str:
    if not (amount.is_finite() and 0 < amount <= MAX_AMOUNT and amount == amount.to_integral_value()):
        raise ValueError(f"{amount} is no sum in whole đồng.")
    return f"{amount:.0f}"


def _field(number: str, value: str) -> str:
    return f"{number}{len(value):02d}{value}"
