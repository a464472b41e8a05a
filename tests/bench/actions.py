"""Signs the demonstration's pledge once more and gives it 10,000 actions.

It is signed in another municipality too, and that one is filled. Run in the environment of a served
demonstration; does nothing when it has been done.
"""

import random
import uuid
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from pledges.actions import action_disclosure  # noqa: E402
from pledges.demonstration.pledge import ALVSBYN, FOLDER, demo_authority  # noqa: E402
from pledges.documents.pledge_html import party_name  # noqa: E402
from pledges.documents.signing import Pkcs12Backend  # noqa: E402
from pledges.documents.store import adopt_with_document, sign_document  # noqa: E402
from pledges.exchange.importing import import_pledge  # noqa: E402
from pledges.exchange.pledge_file import read  # noqa: E402
from pledges.models import CompletedAction, Municipality, Pledge  # noqa: E402

ACTIONS = 10_000


@transaction.atomic
def main() -> None:
    """Make the pledge and its actions, spread over its commitments and days."""
    municipality = Municipality.objects.get(slug="pitea")
    if Pledge.objects.for_municipality(municipality).exists():
        return
    pledge = _signed(municipality)
    commitments = list(pledge.commitments.select_related("pledge"))
    drawn = random.Random(1)  # noqa: S311  (spreads days; nothing secret)
    days = (timezone.localdate() - pledge.valid_from).days
    actions = [
        CompletedAction(
            commitment=commitments[number % len(commitments)],
            municipality=municipality,
            done_on=pledge.valid_from + timedelta(days=drawn.randrange(days)),
            public_note=f"Insats {number}",
            recorded_side=CompletedAction.Side.POLICE,
            recorded_at=timezone.now(),
        )
        for number in range(ACTIONS)
    ]
    CompletedAction.objects.bulk_create(actions, batch_size=1000)
    action_disclosure.publish_all(actions)


def _signed(municipality: Municipality) -> Pledge:
    pledge_file = read((FOLDER / f"{ALVSBYN}.toml").read_bytes())
    terms = pledge_file.pledge.model_copy(
        update={"uid": uuid.uuid4(), "municipalities": [municipality.code]}
    )
    signatories = [
        signatory.model_copy(update={"municipality": municipality.code})
        if signatory.municipality
        else signatory
        for signatory in pledge_file.signatory
    ]
    pledge, _outcome = import_pledge(
        pledge_file.model_copy(update={"pledge": terms, "signatory": signatories})
    )
    adopt_with_document(pledge, timezone.now())
    for signatory in pledge.signatories.select_related("municipality", "pledge"):
        key = demo_authority().issue(signatory.name, party_name(signatory))
        sign_document(signatory, Pkcs12Backend(key.path, key.passphrase), timezone.now())
    return pledge


if __name__ == "__main__":
    main()
