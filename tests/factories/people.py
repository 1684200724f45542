import factory

from flowpilot.people.models import Account, Role, User

PASSWORD = "correct horse battery"


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Account {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """An engineer of an account of their own, unless told otherwise; signs in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.LazyAttribute(lambda user: user.username.title())
    role = Role.ENGINEER
    password = factory.django.Password(PASSWORD)
