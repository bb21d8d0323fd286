"""SePay, Casso and payOS: whose messages are believed, and what is read from them."""

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.payment.bank import importing, jobs, polling
from shop.payment.bank.services import NotATransaction, casso, payos, sepay
from shop.payment.bank.statement import files
from shop.payment.models import BankAccount, BankLine, Receipt, Refund
from tests.shop import make_market
from tests.transfers import COD, NUMBER, VIETQR, bank_payment, make_account, make_waiting, told

SHAPES = {
    shape["id"]: shape
    for shape in json.loads((Path(__file__).parent.parent / "data" / "bank_shapes.json").read_text())["items"]
}
SIGNED = json.loads((Path(__file__).parent.parent / "data" / "bank_signatures.json").read_text())
NOW = datetime.fromtimestamp(1_796_001_430, UTC)


@pytest.fixture
def market(db: None, settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    make_market()
    make_account()


def post(service: str, body: bytes, **headers: str) -> int:
    url = reverse("payment:bank-webhook-of", args=[service])
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize(
    ("shape", "read"),
    [
        ("sepay-webhook", sepay.transactions),
        ("sepay-api", lambda body: [sepay.listed(body)]),
        ("casso-v1", casso.transactions),
        ("casso-v2", casso.transactions),
        ("payos-webhook", payos.transactions),
    ],
)
def test_every_service_is_read(shape: str, read: Any) -> None:
    for body, reading in zip(SHAPES[shape]["body"], SHAPES[shape]["reading"], strict=True):
        (line,) = read(body)
        assert (line.direction, int(line.amount), line.reference) == (
            reading["direction"],
            reading["amount"],
            reading["reference"],
        )
        assert str(line.booked_on) == reading["date"]
        assert reading["code"] in line.memo


@time_machine.travel(NOW, tick=False)
def test_signatures_are_checked_as_the_services_write_them(settings: Settings) -> None:
    one = SIGNED["sepay"]
    settings.BANK_WEBHOOK_SECRET, settings.BANK_WEBHOOK_API_KEY = one["secret"], ""
    headers = {"X-SePay-Signature": one["header"], "X-SePay-Timestamp": str(one["timestamp"])}
    assert sepay.is_trusted(headers, one["raw_body"].encode())
    assert not sepay.is_trusted(headers, one["raw_body"].encode() + b" ")
    one = SIGNED["casso"]
    settings.BANK_CASSO_KEY = one["secret"]
    body, headers = json.dumps(one["body"]).encode(), {"X-Casso-Signature": f"t={one['t']},v1={one['hex']}"}
    assert casso.is_trusted(headers, body)
    assert not casso.is_trusted(headers, body.replace(b"16750000", b"16750001"))
    assert not casso.is_trusted({"X-Casso-Signature": f"t={one['t'] + 1},v1={one['hex']}"}, body)
    assert not casso.is_trusted({"Secure-Token": ""}, body)
    one = SIGNED["payos"]
    settings.BANK_PAYOS_KEY = one["secret"]
    message = {"code": "00", "desc": "success", "success": True, "data": one["data"], "signature": one["hex"]}
    assert payos.is_trusted({}, json.dumps(message).encode())
    message["data"] = one["data"] | {"amount": 163001}
    assert not payos.is_trusted({}, json.dumps(message).encode())
    for body in (b"", b"[]", b'{"data": 1}', b'{"data": {}, "signature": 5}', b"[" * 50_000):
        assert not payos.is_trusted({}, body)
        assert not casso.is_trusted({"X-Casso-Signature": "t=1,v1=" + "0" * 128}, body)


def test_old_signature_of_casso_is_refused(settings: Settings) -> None:
    one = SIGNED["casso"]
    settings.BANK_CASSO_KEY = one["secret"]
    with time_machine.travel(NOW.timestamp() + 400, tick=False):
        headers = {"X-Casso-Signature": f"t={one['t']},v1={one['hex']}"}
        assert not casso.is_trusted(headers, json.dumps(one["body"]).encode())


@pytest.mark.usefixtures("market")
def test_services_that_are_not_set_up_do_not_exist() -> None:
    assert [post(name, b"{}") for name in ("sepay", "casso", "payos", "other")] == [404] * 4


@pytest.mark.usefixtures("market")
def test_casso_of_the_first_version_brings_several_lines_in_and_out(settings: Settings) -> None:
    settings.BANK_CASSO_TOKEN = "tu-khoa"
    order = make_waiting()
    total = int(order.total_incl_tax)
    data = [
        {
            "id": 7,
            "tid": "T7",
            "description": f"ck {order.number}",
            "amount": total,
            "bank_sub_acc_id": NUMBER,
        },
        {"id": 8, "tid": "T8", "description": order.number, "amount": -total, "bank_sub_acc_id": NUMBER},
    ]
    body = json.dumps({"error": 0, "data": data}).encode()
    assert [post("casso", body), post("casso", body, **{"Secure-Token": "sai"})] == [401, 401]
    assert [post("casso", body, **{"Secure-Token": "tu-khoa"}) for _ in range(2)] == [200, 200]
    assert list(BankLine.objects.order_by("pk").values_list("direction", "state")) == [
        ("in", "matched"),
        ("out", "recorded"),
    ]
    assert bank_payment(order).received == total


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    "odd", [5, {"id": 8, "amount": "x"}, {"id": 8, "amount": 0, "bank_sub_acc_id": NUMBER}]
)
def test_one_odd_transaction_in_cassos_list_does_not_keep_out_the_others(
    settings: Settings, odd: Any
) -> None:
    settings.BANK_CASSO_TOKEN = "tu-khoa"
    order = make_waiting()
    good = {
        "id": 7,
        "description": order.number,
        "amount": int(order.total_incl_tax),
        "bank_sub_acc_id": NUMBER,
    }
    body = json.dumps({"data": [odd, good]}).encode()
    assert post("casso", body, **{"Secure-Token": "tu-khoa"}) == 200
    assert bank_payment(order).received == order.total_incl_tax


@pytest.mark.usefixtures("market")
def test_payos_pays_an_order_by_its_memo(settings: Settings) -> None:
    settings.BANK_PAYOS_KEY = "khoa"
    order = make_waiting()
    data = {
        "orderCode": 260001,
        "amount": int(order.total_incl_tax),
        "description": order.number,
        "accountNumber": NUMBER,
        "reference": "FT26334100000826",
        "transactionDateTime": "2026-11-30 18:25:00",
        "currency": "VND",
        "code": "00",
    }
    text = "&".join(f"{name}={data[name]}" for name in sorted(data))
    signature = hmac.new(b"khoa", text.encode(), hashlib.sha256).hexdigest()
    message = {"code": "00", "success": True, "data": data, "signature": signature}
    assert post("payos", json.dumps(message).encode()) == 200
    assert bank_payment(order).received == order.total_incl_tax
    assert post("payos", json.dumps(message | {"signature": "0" * 64}).encode()) == 401


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("odd", "signature"),
    [
        ('"\\ud800"', '""'),  # half of a surrogate pair cannot be signed
        ('"\\ud800"', '"\\ud800"'),
        ("1", '"\\ud800"'),
        ("1", '""'),
        ("[" * 900 + "]" * 900, '""'),
        ("9" * 5_000, '""'),
    ],
)
def test_payos_message_that_cannot_be_signed_is_refused(odd: str, signature: str, settings: Settings) -> None:
    settings.BANK_PAYOS_KEY = "khoa"
    order = make_waiting()
    body = (
        f'{{"code": "00", "signature": {signature}, "data": {{"orderCode": 1, "code": "00", "x": {odd},'
        f' "amount": {order.total_incl_tax:.0f}, "description": "{order.number}",'
        f' "accountNumber": "{NUMBER}", "reference": "FT1"}}}}'
    )
    assert post("payos", body.encode()) == 401
    assert bank_payment(order).received == 0


@pytest.mark.usefixtures("market")
def test_two_services_on_one_account_tell_of_one_transfer_once(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY, settings.BANK_CASSO_TOKEN = "khoa", "tu-khoa"
    order = make_waiting()
    total = int(order.total_incl_tax)
    by_sepay = {
        "id": 5,
        "transactionDate": "2026-11-30 14:02:37",
        "accountNumber": NUMBER,
        "content": order.number,
        "transferType": "in",
        "transferAmount": total,
        "referenceCode": "MBVCB.4500000360",
    }
    by_casso = {
        "id": 7,
        "tid": "5243.60937",
        "description": f"ck {order.number}",
        "amount": total,
        "bank_sub_acc_id": NUMBER,
        "when": "2026-11-30 14:05:00",
    }
    assert post("sepay", json.dumps(by_sepay).encode(), Authorization="Apikey khoa") == 200
    body = json.dumps({"error": 0, "data": [by_casso]}).encode()
    assert post("casso", body, **{"Secure-Token": "tu-khoa"}) == 200
    assert list(BankLine.objects.order_by("pk").values_list("state", "reason")) == [
        ("matched", ""),
        ("waiting", "twice"),
    ]
    assert bank_payment(order).received == total


@pytest.mark.usefixtures("market")
def test_code_and_virtual_account_of_sepay_are_used(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY = "khoa"
    order = make_waiting()
    body = {
        "id": 5,
        "transactionDate": "2026-11-30 14:02:37",
        "accountNumber": "999888777",
        "subAccount": NUMBER,
        "code": order.number.lower(),
        "content": "cam on",
        "transferType": "in",
        "transferAmount": int(order.total_incl_tax),
        "referenceCode": "FT5",
    }
    assert post("sepay", json.dumps(body).encode(), Authorization="Apikey khoa") == 200
    line = BankLine.objects.get()
    assert (line.state, line.account_number, line.other_references) == ("matched", NUMBER, ["SEPAY5"])
    assert line.account is not None
    assert line.account.number == NUMBER


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("reference", "states"),
    [("FT5", ["matched"]), ("5243.1", ["matched", "waiting"])],  # as the notice writes it, and otherwise
)
def test_transfer_into_virtual_account_is_known_again_in_its_statement(
    reference: str, states: list[str], settings: Settings
) -> None:
    settings.BANK_WEBHOOK_API_KEY = "khoa"
    order = make_waiting()
    body = told(
        memo=order.number,
        amount=order.total_incl_tax,
        reference="FT5",
        accountNumber="999888777",
        subAccount=f" {NUMBER[:4]} {NUMBER[4:]}",
    )
    assert post("sepay", json.dumps(body).encode(), Authorization="Apikey khoa") == 200
    head = "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n"
    rows = files.from_csv(f"{head}22/11/2026,{reference},,{order.total_incl_tax:.0f},{order.number}")
    sheet = importing.upload(account=BankAccount.objects.get(), name="x.csv", rows=rows, by=SYSTEM)
    importing.confirm(sheet_id=sheet.pk, by=SYSTEM)
    assert list(BankLine.objects.order_by("pk").values_list("state", flat=True)) == states
    assert (Receipt.objects.count(), Refund.objects.count()) == (1, 0)


@pytest.mark.usefixtures("market")
def test_virtual_account_does_not_hide_an_account_of_ours(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY = "khoa"
    make_account(number="VA77", is_default=False)
    body = told(memo="ung ho", amount=5_000, reference="FT5", subAccount="VA77")
    assert post("sepay", json.dumps(body).encode(), Authorization="Apikey khoa") == 200
    assert BankLine.objects.get().account_number == NUMBER


def test_proof_is_neither_empty_nor_unprintable(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY = settings.BANK_WEBHOOK_SECRET = ""
    settings.BANK_CASSO_KEY = settings.BANK_CASSO_TOKEN = settings.BANK_PAYOS_KEY = ""
    for said in ("", "\ud800", "é"):
        message = json.dumps({"data": {"x": "\ud800"}, "signature": said}).encode()
        headers = {"Authorization": f"Apikey {said}", "X-Signature": said, "Secure-Token": said}
        for service in (sepay, casso, payos):
            assert not service.is_trusted(headers, message)
    settings.BANK_WEBHOOK_API_KEY = settings.BANK_WEBHOOK_SECRET = settings.BANK_CASSO_TOKEN = "khóa"
    for said in ("", "\ud800", "khoa"):
        for name in ("Authorization", "X-Signature", "Secure-Token"):
            headers = {name: f"Apikey {said}" if name == "Authorization" else said}
            assert not sepay.is_trusted(headers, b"{}")
            assert not casso.is_trusted(headers, b"{}")
    assert sepay.is_trusted({"Authorization": "Apikey khóa"}, b"{}")
    assert casso.is_trusted({"Secure-Token": "khóa"}, b"{}")


def test_unsigned_payos_message_is_refused_without_a_key(settings: Settings) -> None:
    settings.BANK_PAYOS_KEY = ""
    data = {"amount": 5}
    signature = hmac.new(b"", b"amount=5", hashlib.sha256).hexdigest()
    assert not payos.is_trusted({}, json.dumps({"data": data, "signature": signature}).encode())


@pytest.mark.parametrize(
    "message", [None, [], {}, {"data": None}, {"data": [5]}, {"data": {"id": 1, "amount": "x"}}]
)
def test_nonsense_of_any_service_is_no_transaction(message: Any) -> None:
    for service in (casso, sepay):
        with pytest.raises(NotATransaction):
            service.transactions(message)
    with contextlib.suppress(NotATransaction):
        assert payos.transactions(message) == []


def test_calls_that_try_the_address_bring_nothing() -> None:
    assert casso.transactions({"error": 0, "data": {"id": 0, "amount": 5}}) == []
    assert payos.transactions({"code": "00", "data": {"orderCode": 123, "amount": 3000}}) == []
    assert payos.transactions({"code": "01", "data": {"orderCode": 9, "amount": 3000}}) == []


class Listing(BaseHTTPRequestHandler):
    """SePay's list of transactions: pages of `items`, for whoever shows the token; some pages are `broken`."""

    pages: tuple[list[dict[str, Any]], ...] = ()
    broken: dict[int, bytes] = {}
    asked: tuple[int, ...] = ()

    def do_GET(self) -> None:
        number = int(self.path.partition("&page=")[2].partition("&")[0] or 1)
        type(self).asked += (number,)
        items = self.pages[number - 1] if number <= len(self.pages) else []
        pagination = {"has_more": number < len(self.pages)}
        body = json.dumps({"status": "success", "data": items, "meta": {"pagination": pagination}}).encode()
        good = self.headers["Authorization"] == "Bearer bi-mat" and self.broken.get(number) != b""
        self.send_response(200 if good else 500)
        self.end_headers()
        self.wfile.write(self.broken.get(number, body))

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listing(settings: Settings) -> Iterator[type[Listing]]:
    server = HTTPServer(("127.0.0.1", 0), Listing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.BANK_SEPAY_API = f"http://127.0.0.1:{server.server_port}/v2/"
    Listing.asked, Listing.broken = (), {}
    with time_machine.travel(NOW, tick=False):
        yield Listing
    server.shutdown()
    server.server_close()


def listed(memo: str, amount: int, reference: str, at: str = "2026-11-30 11:24:40") -> dict[str, Any]:
    return {
        "id": f"uuid-{reference}",
        "transaction_date": at,
        "account_number": NUMBER,
        "transfer_type": "in",
        "amount_in": amount,
        "amount_out": 0,
        "transaction_content": memo,
        "reference_number": reference,
    }


def references() -> list[str]:
    return sorted(BankLine.objects.values_list("reference", flat=True))


@pytest.mark.usefixtures("market")
def test_sepay_is_asked_for_what_no_notice_brought(listing: type[Listing], settings: Settings) -> None:
    order = make_waiting()
    listing.pages = (
        [listed("ung ho", 5_000, "FT3"), listed(order.number, int(order.total_incl_tax), "FT2"), {"id": "?"}],
        [listed("ung ho", 6_000, "FT1")],
    )
    assert jobs.poll_services() == 0  # no token, nobody is asked
    settings.BANK_SEPAY_TOKEN = "bi-mat"
    assert [jobs.poll_services(), jobs.poll_services()] == [3, 0]
    assert listing.asked == (1, 2, 1, 2)  # banks book some late: a day is read again
    assert (bank_payment(order).received, set(BankLine.objects.values_list("source", flat=True))) == (
        order.total_incl_tax,
        {"api"},
    )
    settings.BANK_SEPAY_TOKEN = "sai"
    assert jobs.poll_services() == 0
    settings.BANK_SEPAY_API = "http://127.0.0.1:1"
    assert jobs.poll_services() == 0


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("broken", [b"", b"<html>", b'{"status": "error"}', b'{"data": {}}', b"[]"])
def test_transactions_behind_a_page_that_sepay_does_not_give_are_read_later(
    listing: type[Listing], settings: Settings, broken: bytes
) -> None:
    settings.BANK_SEPAY_TOKEN = "bi-mat"
    first, second, third = (listed("ung ho", 1_000 * number, f"FT{number}") for number in (1, 2, 3))
    listing.pages, listing.broken = ([third], [second], [first]), {2: broken}
    assert jobs.poll_services() == 1
    listing.pages = ([listed("ung ho", 4_000, "FT4")], [third], [second], [first])
    assert (jobs.poll_services(), references()) == (1, ["FT3", "FT4"])  # what came since is not kept waiting
    listing.broken = {}
    assert (jobs.poll_services(), references()) == (2, ["FT1", "FT2", "FT3", "FT4"])
    assert (listing.asked, jobs.poll_services()) == ((1, 2, 1, 2, 1, 2, 3, 4), 0)


@pytest.mark.usefixtures("market")
def test_long_list_is_read_over_several_turns_and_down_to_the_last_walk_only(
    listing: type[Listing], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BANK_SEPAY_TOKEN = "bi-mat"
    monkeypatch.setattr(polling, "PAGES", 2)
    listing.pages = tuple(
        [listed("ung ho", 1_000 + day, f"FT{day:02d}", f"2026-11-{day} 09:00:00")]
        for day in range(30, 20, -1)
    )
    assert [jobs.poll_services() for _ in range(5)] == [2, 2, 2, 2, 1]
    assert listing.asked == (1, 2, 1, 3, 4, 1, 5, 6, 1, 7, 8, 1, 9)
    assert references()[0] == "FT22"  # a week and no more, when first asked
    late = [listed("ung ho", 5, "FT31")], [listed("ung ho", 6, "FT0", "2026-11-29 23:00:00")]
    listing.pages, listing.asked = (*late, *listing.pages), ()
    assert [jobs.poll_services() for _ in range(3)] == [2, 0, 0]
    assert listing.asked == (1, 2, 1, 3, 4, 1, 5)  # down to a day before the newest of the last walk
