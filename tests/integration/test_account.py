"""The shopper's account: in, out, profile, passwords, own orders; nobody else's, and no open doors."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from shop.order.models import Order
from shop.users.models import User
from tests.factories import make_product

pytestmark = pytest.mark.django_db
PASSWORD = "một hai ba bốn"
LOGIN = "/tai-khoan/dang-nhap/"


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


def register(
    client: Client, email: Any = "moi@example.vn", one: Any = PASSWORD, two: Any = PASSWORD, to: Any = ""
) -> Any:
    data = {
        "registration-email": email,
        "registration-password1": one,
        "registration-password2": two,
        "registration-redirect_url": to,
        "registration_submit": "1",
    }
    return client.post(LOGIN, data)


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
    def test_opens_and_enters_an_account(self, client: Client) -> None:
        assert register(client).url == "/tai-khoan/"
        assert logged_in(client)
        assert User.objects.get().check_password(PASSWORD)

    @pytest.mark.parametrize("email", ["khach@example.vn", "KHACH@EXAMPLE.VN", " khach@example.vn "])
    def test_one_account_for_an_address(self, client: Client, user: Any, email: Any) -> None:
        assert "Đã có tài khoản" in register(client, email).content.decode()
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        ("one", "two"), [("", ""), ("ngắn", "ngắn"), ("1234567890", "1234567890"), (PASSWORD, PASSWORD + "x")]
    )
    def test_weak_or_different_passwords_open_nothing(self, client: Client, one: Any, two: Any) -> None:
        response = register(client, one=one, two=two)
        assert response.status_code == 200
        assert "moi@example.vn" in response.content.decode()
        assert not User.objects.exists()

    def test_is_braked(self, client: Client) -> None:
        for number in range(40):
            register(client, f"may{number}@example.vn", two="khác")
        page = register(client, "may99@example.vn").content.decode()
        assert "quá nhiều lần" in page
        assert not User.objects.exists()

    def test_goes_back_within_this_site_only(self, client: Client) -> None:
        assert register(client, to="https://evil.example/").url == "/tai-khoan/"


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
        home.post(self.url, {**new, "password": PASSWORD})
        user.refresh_from_db()
        assert user.email == "moi@example.vn"
        mail = Email.objects.get()
        assert mail.to == ["khach@example.vn"]
        assert "moi@example.vn" in mail.message

    def test_address_of_another_account_is_refused(self, home: Any, user: Any) -> None:
        User.objects.create_user("khac@example.vn")
        data = {"first_name": "", "email": "KHAC@example.vn", "password": PASSWORD}
        assert "Đã có tài khoản" in home.post(self.url, data).content.decode()

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
