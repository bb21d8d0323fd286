"""Log-ins of the demo: one for every role."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction

from catalogue.access.permissions import grant_hub_staff, grant_moderators, grant_producer
from shop.partner.models import Partner
from shop.users.models import User


@dataclass(frozen=True)
class Person:
    """A log-in, printed by the command; the password is public and must never guard anything real."""

    role: str
    email: str
    password: str
    first_name: str
    producer: str = ""


PEOPLE = (
    Person("administrator", "admin@example.vn", "cho-bac-ninh-admin", "Quản trị"),
    Person("moderator", "duyet@example.vn", "cho-bac-ninh-duyet", "Người duyệt"),
    Person("hub staff", "san@example.vn", "cho-bac-ninh-san", "Nhân viên sàn"),
    Person("producer", "gom@example.vn", "cho-bac-ninh-gom", "Người làm gốm", "htx-gom-phu-lang"),
    Person("producer", "tranh@example.vn", "cho-bac-ninh-tranh", "Người làm tranh", "ho-tranh-dong-ho"),
    Person("producer", "my-chu@example.vn", "cho-bac-ninh-my", "Người làm mỳ", "htx-my-chu-thu-duong"),
    Person("shopper", "khach@example.vn", "cho-bac-ninh-khach", "Khách"),
)


@transaction.atomic
def load() -> int:
    """Make the log-ins that are missing, each with the rights of its role; return how many that were."""
    return sum(load_one(person) for person in PEOPLE)


def existing() -> list[Person]:
    """Return those of the log-ins that are in the shop."""
    known = set(get_user_model().objects.values_list("email", flat=True))
    return [person for person in PEOPLE if person.email in known]


def login_line(person: Person) -> str:
    """Return role, e-mail and password for the terminal."""
    return f"  {person.role:<14} {person.email:<20} {person.password}"


def load_one(person: Person) -> bool:
    """Make one log-in; return whether it was missing."""
    User = get_user_model()
    if User.objects.filter(email=person.email).exists():
        return False
    user = User(email=person.email, first_name=person.first_name)
    user.is_superuser = user.is_staff = person.role == "administrator"
    user.is_staff = user.is_staff or person.role == "hub staff"  # Oscar's dashboard is for the hub's people
    user.set_password(person.password)
    user.save()
    _grant(person, user)
    return True


def _grant(person: Person, user: User) -> None:
    if person.role == "moderator":
        grant_moderators(users=[user])
    elif person.role == "hub staff":
        grant_hub_staff(users=[user])
    elif person.producer:
        grant_producer(partner=Partner.objects.get(code=person.producer), users=[user])
