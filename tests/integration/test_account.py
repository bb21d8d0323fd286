"""The shopper's account: in, out, profile, passwords, own orders; nobody else's, and no open doors."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from shop.order.models import Order
from shop.users.models import User
from tests.factories import make_product

pytestmark = pytest.mark.django_db
PASSWORD = "một hai ba bốn"
LOGIN = "/tai-khoan/dang-nhap/"
ENDED = "đã dùng rồi hoặc đã hết hạn"


@pytest.fixture(autouse=True)
def site(site_root: Any) -> Any:
    return site_root


@pytest.fixture
def user() -> Any:
    return User.objects.create_user("khach@example.vn", PASSWORD, first_name="Chị Khách")


@pytest.fixture
def home(client: Client, user: Any) -> Any:
    """A client that is logged in."""
    client.force_login(user)
    return client


def make_order(user: Any, number: Any = "ABCD2345") -> Any:
    return Order.objects.create(
        number=number,
        user=user,
        currency="VND",
        total_incl_tax=150_000,
        total_excl_tax=150_000,
        status="Placed",
    )


def log_in(client: Client, email: Any = "khach@example.vn", password: Any = PASSWORD, to: Any = "") -> Any:
    data = {
        "login-username": email,
        "login-password": password,
        "login-redirect_url": to,
        "login_submit": "1",
    }
    return client.post(LOGIN, data)


def register(client: Client, email: Any = "moi@example.vn", to: Any = "") -> Any:
    """Ask for an account."""
    data = {"registration-email": email, "registration-redirect_url": to, "registration_submit": "1"}
    return client.post(LOGIN, data)


def link_in_mail() -> str:
    """Return the path of the link in the only mail."""
    return str(re.search(r"https?://[^/]+(/\S+)", Email.objects.get().message)[1])


def open_account(client: Client, link: str, one: Any = PASSWORD, two: Any = PASSWORD) -> Any:
    return client.post(link, {"new_password1": one, "new_password2": two})


def logged_in(client: Client) -> Any:
    return "_auth_user_id" in client.session


class TestLogIn:
    def test_leads_to_the_account(self, client: Client, user: Any) -> None:
        assert log_in(client).url == "/tai-khoan/"
        assert "Chào Chị Khách" in client.get("/tai-khoan/").content.decode()

    def test_people_of_the_cms_go_to_their_desk(self, client: Client) -> None:
        User.objects.create_superuser("chu@example.vn", PASSWORD)
        assert log_in(client, "chu@example.vn").url == "/admin/"
        assert client.get("/admin/").status_code == 200

    @pytest.mark.parametrize(
        ("asked", "led"),
        [
            ("/gio-hang/", "/gio-hang/"),
            ("https://evil.example/", "/tai-khoan/"),
            ("//evil.example/", "/tai-khoan/"),
            ("javascript:alert(1)", "/tai-khoan/"),
            ("foo", "/tai-khoan/"),
            ("?a=1", "/tai-khoan/"),
        ],
    )
    def test_goes_back_within_this_site_only(self, client: Client, user: Any, asked: Any, led: Any) -> None:
        assert log_in(client, to=asked).url == led

    @pytest.mark.parametrize(
        "email", ["", "khach", "khach@example.vn\x00", "🍎@x", "a" * 500 + "@x.vn", "<b>@x.vn"]
    )
    def test_bad_input_is_answered_beside_the_field(self, client: Client, user: Any, email: Any) -> None:
        response = log_in(client, email)
        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.content.decode()
        assert not logged_in(client)

    def test_wrong_password_says_neither_which_nor_the_password(self, client: Client, user: Any) -> None:
        page = log_in(client, password="sai hoàn toàn rồi").content.decode()
        assert "Thư điện tử hoặc mật khẩu không đúng." in page
        assert "sai hoàn toàn" not in page

    def test_own_pages_ask_for_it_first(self, client: Client) -> None:
        for name in ("summary", "order-list", "profile-view", "change-password", "profile-delete"):
            url = reverse(f"customer:{name}")
            assert client.get(url).url == f"{LOGIN}?next={url}"


class TestRegister:
    def test_link_from_the_mail_opens_and_enters_an_account(self, client: Client) -> None:
        assert register(client, "Moi@Example.vn").url == reverse("customer:register-sent")
        assert not User.objects.exists()
        link = link_in_mail()
        assert "Moi@example.vn" in client.get(link).content.decode()
        assert open_account(client, link).url == "/tai-khoan/"
        assert logged_in(client)
        assert User.objects.get().check_password(PASSWORD)
        assert (
            "đã mở rồi" in open_account(Client(), link, "năm sáu bảy tám", "năm sáu bảy tám").content.decode()
        )
        assert User.objects.get().check_password(PASSWORD)

    @pytest.mark.parametrize("email", ["khach@example.vn", "KHACH@EXAMPLE.VN", " khach@example.vn "])
    def test_nobody_learns_who_has_an_account(self, client: Client, user: Any, email: Any) -> None:
        """The page named the addresses that have one."""
        known, unknown = register(client, email), register(Client())
        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
        mail = Email.objects.get(to=user.email)
        assert "Bạn đã có tài khoản" in mail.subject
        assert "/mat-khau/moi/" in mail.message
        assert User.objects.count() == 1

    def test_a_closed_account_is_not_opened_again(self, client: Client, user: Any) -> None:
        """A mail told its owner to log in as usual, with a link to a new password that then opened nothing."""
        User.objects.update(is_active=False)
        assert register(client, user.email).url == reverse("customer:register-sent")
        assert not Email.objects.exists()

    def test_mails_to_one_mailbox_end(self, client: Client, settings: Any) -> None:
        settings.MAILS_PER_RECIPIENT = 2
        urls = {register(client).url for _ in range(4)}
        assert urls == {reverse("customer:register-sent")}
        assert Email.objects.count() == 2

    @pytest.mark.parametrize(
        ("one", "two"), [("", ""), ("ngắn", "ngắn"), ("1234567890", "1234567890"), (PASSWORD, PASSWORD + "x")]
    )
    def test_weak_or_different_passwords_open_nothing(self, client: Client, one: Any, two: Any) -> None:
        register(client)
        response = open_account(client, link_in_mail(), one, two)
        assert response.status_code == 200
        assert "moi@example.vn" in response.content.decode()
        assert not User.objects.exists()

    def test_link_ends_and_is_not_forged(self, client: Client) -> None:
        register(client)
        link = link_in_mail()
        with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
            assert "đã hết hạn" in open_account(client, link).content.decode()
        assert "đã hết hạn" in open_account(client, link[:-5] + "xxxx/").content.decode()
        assert not User.objects.exists()

    def test_is_braked(self, client: Client) -> None:
        for number in range(31):
            page = register(client, f"may{number}@example.vn")
        assert "quá nhiều lần" in page.content.decode()
        assert Email.objects.count() == 30

    @pytest.mark.parametrize(
        ("asked", "led"),
        [("/gio-hang/", "/gio-hang/"), ("https://evil.example/", "/tai-khoan/"), ("foo", "/tai-khoan/")],
    )
    def test_goes_back_within_this_site_only(self, client: Client, asked: str, led: str) -> None:
        register(client, to=asked)
        assert open_account(client, link_in_mail()).url == led


class TestLogOut:
    def test_link_asks_and_post_does(self, home: Any) -> None:
        assert home.get("/tai-khoan/dang-xuat/").status_code == 200
        assert logged_in(home)
        home.post("/tai-khoan/dang-xuat/")
        assert not logged_in(home)


class TestOrders:
    def test_only_own_orders_are_listed(self, home: Any, user: Any) -> None:
        mine, theirs = make_order(user), make_order(User.objects.create_user("khac@example.vn"), "ZZZZ9999")
        for page in (home.get("/tai-khoan/"), home.get("/tai-khoan/don-hang/")):
            assert mine.number in page.content.decode()
            assert theirs.number not in page.content.decode()

    def test_number_leads_to_the_order_page_of_its_owner(self, home: Any, user: Any) -> None:
        mine, theirs = make_order(user), make_order(User.objects.create_user("khac@example.vn"), "ZZZZ9999")
        assert home.get(reverse("customer:order", args=[mine.number])).url == mine.get_absolute_url()
        assert home.get(reverse("customer:order", args=[theirs.number])).status_code == 404

    def test_list_costs_the_same_for_any_number(
        self, home: Any, user: Any, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        home.get("/tai-khoan/don-hang/")  # header and footer are read once and kept
        spent = []
        for number in ("AAAA2222", "BBBB2222", "CCCC2222"):
            make_order(user, number)
            with django_assert_max_num_queries(10) as queries:
                home.get("/tai-khoan/don-hang/")
            spent.append(len(queries))
        assert spent[0] == spent[2]

    @pytest.mark.parametrize("page", ["0", "-1", "x", "999", "🍎"])
    def test_nonsense_page_is_404_and_never_500(self, home: Any, page: Any) -> None:
        assert home.get("/tai-khoan/don-hang/", {"page": page}).status_code == 404


class TestProfile:
    url = "/tai-khoan/ho-so/"

    def test_name_needs_no_password(self, home: Any, user: Any) -> None:
        home.post(self.url, {"first_name": "Bác Khách", "email": user.email})
        user.refresh_from_db()
        assert user.first_name == "Bác Khách"
        assert not Email.objects.exists()

    def test_new_address_needs_the_password_and_the_old_one_hears_of_it(self, home: Any, user: Any) -> None:
        new = {"first_name": "", "email": "moi@example.vn"}
        assert "Nhập đúng mật khẩu hiện tại" in home.post(self.url, new).content.decode()
        page = home.post(self.url, {**new, "password": PASSWORD}, follow=True)
        assert "vừa gửi tới moi@example.vn" in page.content.decode()
        user.refresh_from_db()
        assert user.email == "khach@example.vn"
        assert Email.objects.get().to == ["moi@example.vn"]
        link = link_in_mail()
        Email.objects.all().delete()
        assert "moi@example.vn" in home.get(link).content.decode()  # as a mail scanner does
        user.refresh_from_db()
        assert user.email == "khach@example.vn"
        assert home.post(link).url == self.url
        assert home.get(self.url).status_code == 200
        user.refresh_from_db()
        assert user.email == "moi@example.vn"
        mail = Email.objects.get()
        assert mail.to == ["khach@example.vn"]
        assert "moi@example.vn" in mail.message

    def ask(self, client: Client, email: str) -> str:
        """Ask for another address; return the path of the link from its mailbox."""
        Email.objects.all().delete()
        client.post(self.url, {"first_name": "", "email": email, "password": PASSWORD})
        return link_in_mail()

    def test_link_is_used_once_and_ends(self, home: Any, user: Any) -> None:
        link = self.ask(home, "moi@example.vn")
        with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
            assert ENDED in Client().post(link).content.decode()
        assert ENDED in Client().post(link[:-4] + "xxx/").content.decode()
        assert Client().post(link).url == LOGIN
        assert ENDED in Client().post(link).content.decode()

    def test_link_ends_with_the_password_that_asked_for_it(self, home: Any, user: Any) -> None:
        """Who had the password once asked for a link to his own mailbox, and kept it."""
        link = self.ask(home, "ke-gian@example.net")
        user.set_password("năm sáu bảy tám")
        user.save()
        for answer in (Client().get(link), Client().post(link)):
            assert ENDED in answer.content.decode()
        user.refresh_from_db()
        assert user.email == "khach@example.vn"

    def test_links_do_not_work_again_when_the_address_is_changed_back(self, home: Any, user: Any) -> None:
        other, link = self.ask(home, "ba@example.vn"), self.ask(home, "moi@example.vn")
        assert home.post(link).status_code == 302
        back = self.ask(home, "khach@example.vn")
        assert home.post(back).status_code == 302
        for old in (link, other, back):
            assert ENDED in Client().post(old).content.decode()
        user.refresh_from_db()
        assert user.email == "khach@example.vn"
        assert home.post(self.ask(home, "moi@example.vn")).url == self.url

    def test_link_ends_when_another_account_takes_the_address(self, home: Any, user: Any) -> None:
        """The page showed the same button again and again, without a word."""
        link = self.ask(home, "moi@example.vn")
        User.objects.create_user("moi@example.vn")
        for answer in (Client().get(link), Client().post(link)):
            assert ENDED in answer.content.decode()
            assert "Dùng địa chỉ này" not in answer.content.decode()
        user.refresh_from_db()
        assert user.email == "khach@example.vn"

    @pytest.mark.parametrize("email", ["khac@example.vn", "KHAC@example.vn"])
    def test_address_of_another_account_is_not_taken_and_nobody_learns_of_it(
        self, home: Any, user: Any, email: str
    ) -> None:
        User.objects.create_user("khac@example.vn", PASSWORD)
        data = {"first_name": "", "email": email, "password": PASSWORD}
        assert "vừa gửi tới" in home.post(self.url, data, follow=True).content.decode()
        mail = Email.objects.get()
        assert mail.to == ["khac@example.vn"]
        assert "Bạn đã có tài khoản" in mail.subject

    @pytest.mark.parametrize("name", ["<script>alert(1)</script>", "x" * 500, "\x00", "🍎" * 151])
    def test_odd_names_are_shown_as_text_or_refused(self, home: Any, user: Any, name: Any) -> None:
        home.post(self.url, {"first_name": name, "email": user.email})
        page = home.get("/tai-khoan/")
        assert page.status_code == 200
        assert b"<script>alert" not in page.content


class TestPassword:
    def test_change_keeps_this_session_and_tells_by_mail(self, home: Any, user: Any) -> None:
        new = "năm sáu bảy tám"
        data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert home.post("/tai-khoan/doi-mat-khau/", data).status_code == 302
        assert logged_in(home)
        user.refresh_from_db()
        assert user.check_password(new)
        assert Email.objects.get().to == [user.email]

    def test_change_needs_the_old_one(self, home: Any, user: Any) -> None:
        data = {"old_password": "sai", "new_password1": "năm sáu bảy tám", "new_password2": "năm sáu bảy tám"}
        assert home.post("/tai-khoan/doi-mat-khau/", data).status_code == 200
        user.refresh_from_db()
        assert user.check_password(PASSWORD)

    def test_forgotten_one_is_set_anew_once_by_the_link_in_the_mail(
        self, client: Client, user: Any, settings: Any
    ) -> None:
        asked = client.post("/mat-khau/", {"email": "Khach@example.vn"}, headers={"Host": "evil.example"})
        assert asked.status_code == 302
        mail = Email.objects.get()
        link = re.search(r"https?://\S+", mail.message).group()
        assert link.startswith(settings.WAGTAILADMIN_BASE_URL)
        assert link in mail.html_message
        path = link.removeprefix(settings.WAGTAILADMIN_BASE_URL)
        form = client.get(path, follow=True)
        new = {"new_password1": "năm sáu bảy tám", "new_password2": "năm sáu bảy tám"}
        client.post(form.request["PATH_INFO"], new)
        user.refresh_from_db()
        assert user.check_password("năm sáu bảy tám")
        client.session.flush()
        assert "đã dùng rồi hoặc đã hết hạn" in client.get(path, follow=True).content.decode()

    def test_unknown_address_hears_the_same_and_gets_no_mail(self, client: Client, user: Any) -> None:
        known = client.post("/mat-khau/", {"email": user.email})
        unknown = client.post("/mat-khau/", {"email": "la@example.vn"})
        assert known.url == unknown.url
        assert Email.objects.count() == 1

    def test_asking_is_braked(self, client: Client, user: Any) -> None:
        for _ in range(8):
            client.post("/mat-khau/", {"email": user.email})
        assert Email.objects.count() == 5


class TestDelete:
    def test_account_goes_and_its_orders_stay(self, home: Any, user: Any) -> None:
        order = make_order(user)
        Order.objects.update(status="Complete")
        assert home.post("/tai-khoan/xoa/", {"password": "sai"}).status_code == 200
        assert User.objects.exists()
        home.post("/tai-khoan/xoa/", {"password": PASSWORD})
        assert not User.objects.exists()
        assert not logged_in(home)
        order.refresh_from_db()
        assert order.user is None


def test_english_pages_are_english(client: Client, user: User) -> None:
    with translation.override("en"):
        page = client.get(reverse("customer:login")).content.decode()
    assert 'lang="en"' in page
    client.force_login(user)
    with translation.override("en"):
        assert client.get(reverse("customer:summary")).status_code == 200


def test_no_cookie_remembers_what_was_looked_at(client: Client) -> None:
    product = make_product()
    client.get(product.pages.first().url)
    assert not client.cookies
