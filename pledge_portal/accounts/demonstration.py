"""The demonstration's account, plainly named so."""

from pledge_portal.accounts.models import User

DEMO_EMAIL = "demo-admin@example.se"


def ensure_demo_account(password: str) -> User:
    """Return the demonstration's administrator, made (or given `password` anew) if need be."""
    account = User.objects.filter(email=DEMO_EMAIL).first()
    if account is None:
        return User.objects.create_superuser(
            DEMO_EMAIL, password, first_name="DEMO", last_name="Administratör"
        )
    if not account.check_password(password):
        account.set_password(password)
        account.save(update_fields=["password"])
    return account
