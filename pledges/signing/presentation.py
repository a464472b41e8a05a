"""The signing of a pledge in words: who waits for whom, and why a file isn't taken."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.permissions import Person
from pledges.documents.judgement import Refusal, ScanProblem
from pledges.documents.store import next_signatories
from pledges.models import Decline, Pledge, Signatory, Way
from pledges.signing.ways import is_the_one, may_arrange, way_of

REFUSALS: dict[Refusal, Promise] = {
    Refusal.EMPTY: gettext_lazy("Filen är tom."),
    Refusal.NOT_PDF: gettext_lazy("Filen är ingen PDF."),
    Refusal.ENCRYPTED: gettext_lazy("PDF-filen är skyddad med lösenord. Lämna den utan lösenord."),
    Refusal.DAMAGED: gettext_lazy(
        "PDF-filen går inte att läsa. Den är skadad, eller gjord på ett ovanligt sätt."
    ),
    Refusal.TOO_HEAVY: gettext_lazy("Filen är så tung att den inte går att pröva."),
    Refusal.BUSY: gettext_lazy("Just nu prövas många filer. Försök igen om en stund."),
    Refusal.UNEXAMINED: gettext_lazy(
        "Filen kunde inte prövas här. Felet är portalens och har antecknats: det säger inget om "
        "din fil. Försök igen senare."
    ),
    Refusal.UNSIGNED: gettext_lazy(
        "Filen är inte undertecknad. Underteckna den i er tjänst och lämna den sedan."
    ),
    Refusal.EARLIER_STEP: gettext_lazy(
        "Filen är en tidigare version av dokumentet, innan någon annan undertecknade. Hämta "
        "dokumentet på nytt och underteckna det."
    ),
    Refusal.TRUNCATED: gettext_lazy("Filen är avkortad: slutet saknas. Spara och lämna den igen."),
    Refusal.OTHER_DOCUMENT: gettext_lazy(
        "Filen är ett annat dokument än det som ska undertecknas här."
    ),
    Refusal.REWRITTEN: gettext_lazy(
        "Filen är skriven på nytt: den börjar inte med dokumentet som du hämtade. En underskrift "
        "får läggas till, men inget annat ändras. Be er tjänst att underteckna utan att skapa om "
        "filen."
    ),
    Refusal.PAGES: gettext_lazy("Sidor är tillagda, borttagna eller omflyttade."),
    Refusal.ANNOTATION: gettext_lazy(
        "En anteckning, länk eller annan markering är tillagd på en sida."
    ),
    Refusal.ACTIVE: gettext_lazy(
        "Ett skript, en länk, ett formulär eller en bifogad fil är tillagd."
    ),
    Refusal.METADATA: gettext_lazy(
        "Det som filen säger om sig själv, till exempel titeln, är ändrat."
    ),
    Refusal.HIDDEN: gettext_lazy("Filen bär på dolda delar som inte hör till underskriften."),
    Refusal.CROSS_REFERENCES: gettext_lazy(
        "Filens inre register är ändrat på ett sätt som kan dölja något."
    ),
    Refusal.CONTENT: gettext_lazy(
        "Något mer än en underskrift är ändrat eller tillagt i dokumentet."
    ),
    Refusal.OTHER_LINE: gettext_lazy("Underskriften sitter på någon annans plats i dokumentet."),
    Refusal.STAMP_ELSEWHERE: gettext_lazy(
        "Underskriften har en synlig stämpel utanför din egen rad, där den kan dölja text. Välj en "
        "osynlig underskrift eller lägg stämpeln på raden."
    ),
    Refusal.SEVERAL: gettext_lazy("Filen har flera nya underskrifter. Det ska vara en enda."),
    Refusal.UNREADABLE: gettext_lazy("Underskriften går inte att läsa."),
    Refusal.PARTIAL: gettext_lazy("Underskriften gäller bara en del av filen."),
    Refusal.BROKEN: gettext_lazy("Underskriften stämmer inte med filens innehåll."),
    Refusal.ADDED_AFTER: gettext_lazy("Något är tillagt efter underskriften."),
    Refusal.EARLIER_BROKEN: gettext_lazy("En tidigare underskrift i filen håller inte längre."),
    Refusal.UNTRUSTED: gettext_lazy(
        "Certifikatet kommer från en utfärdare som portalen inte litar på, eller är inte avsett "
        "för underskrifter."
    ),
    Refusal.EXPIRED: gettext_lazy("Certifikatet hade gått ut när underskriften gjordes."),
    Refusal.NOT_YET_VALID: gettext_lazy("Certifikatet gällde inte än när underskriften gjordes."),
    Refusal.REVOKED: gettext_lazy("Certifikatet är spärrat."),
    Refusal.NO_TIME: gettext_lazy("Underskriften säger inte när den gjordes."),
    Refusal.WRONG_TIME: gettext_lazy(
        "Underskriften säger sig vara gjord innan dokumentet fanns, eller efter i dag. Se över "
        "klockan i er tjänst."
    ),
    Refusal.LOCKS: gettext_lazy(
        "Underskriften låser dokumentet, så att de som är kvar inte kan underteckna."
    ),
}

SCAN_PROBLEMS: dict[ScanProblem, Promise] = {
    ScanProblem.EMPTY: REFUSALS[Refusal.EMPTY],
    ScanProblem.NOT_PDF: REFUSALS[Refusal.NOT_PDF],
    ScanProblem.ENCRYPTED: REFUSALS[Refusal.ENCRYPTED],
    ScanProblem.DAMAGED: REFUSALS[Refusal.DAMAGED],
    ScanProblem.TOO_HEAVY: REFUSALS[Refusal.TOO_HEAVY],
    ScanProblem.BUSY: REFUSALS[Refusal.BUSY],
    ScanProblem.UNEXAMINED: REFUSALS[Refusal.UNEXAMINED],
    ScanProblem.TOO_MANY_PAGES: gettext_lazy(
        "Skanningen har fler än 20 sidor. Sidan med underskriften räcker."
    ),
    ScanProblem.ACTIVE: gettext_lazy(
        "PDF-filen har skript, länkar eller formulär. Skanna papperet på nytt."
    ),
    ScanProblem.ATTACHMENT: gettext_lazy("PDF-filen har en bifogad fil. Skanna papperet på nytt."),
    ScanProblem.NO_PICTURE: gettext_lazy(
        "PDF-filen har ingen bild på någon sida. En skanning är en bild av papperet."
    ),
}


@dataclass(frozen=True)
class SigningView:
    """Where a signatory is: `state` is signed, declined, turn, later or unplanned (its turn, but
    nobody has said how), with a sentence. What the reader may do follows."""

    signatory: Signatory
    state: str
    sentence: str
    way: str
    decline: Decline | None
    is_mine: bool
    may_arrange: bool

    @property
    def awaits_me(self) -> bool:
        """Return whether the reader's own signature is what is waited for."""
        return self.is_mine and self.state == "turn"


def signing_views(
    pledge: Pledge,
    signatories: list[Signatory],
    declines: list[Decline],
    user: Person,
) -> list[SigningView]:
    """Return all signatories of an adopted pledge, in their order, as a person may see them.

    `declines` are those of the pledge's document that nobody has asked again about.
    """
    turns = next_signatories(pledge, signatories)
    views = []
    for signatory in signatories:
        signatory.pledge = pledge
        found = next((each for each in declines if each.signatory_id == signatory.pk), None)
        way = way_of(signatory)
        state = _state(signatory, signatory in turns, found)
        views.append(
            SigningView(
                signatory=signatory,
                state=state,
                sentence=_sentence(state, signatory, turns[0] if turns else None, pledge),
                way=str(way.get_way_display()) if way else "",
                decline=found,
                is_mine=is_the_one(user, signatory),
                may_arrange=may_arrange(user, signatory),
            )
        )
    return views


def _state(signatory: Signatory, is_turn: bool, declined: Decline | None) -> str:
    if hasattr(signatory, "signature"):
        return "signed"
    if declined is not None:
        return "declined"
    if not is_turn:
        return "later"
    return "turn" if way_of(signatory) else "unplanned"


def _sentence(state: str, signatory: Signatory, turn: Signatory | None, pledge: Pledge) -> str:
    if state == "signed":
        on_paper = signatory.signature.way == Way.PAPER
        return _("Har undertecknat på papper.") if on_paper else _("Har undertecknat.")
    if pledge.signs_side_by_side and state == "turn":
        return _("Kan underteckna nu, oberoende av de andra.")
    if pledge.signs_side_by_side and state == "unplanned":
        return _("Kan underteckna, men ingen har bestämt hur.")
    return {
        "declined": _("Har avböjt att underteckna."),
        "turn": _("Ska underteckna nu."),
        "later": _("Väntar på att %(name)s undertecknar först.")
        % {"name": turn.name if turn else ""},
        "unplanned": _("Ska underteckna nu, men ingen har bestämt hur."),
    }[state]


def way_choices_note() -> str:
    """Return what those who choose need to know when the operator has put no keys there."""
    if settings.SIGNING_KEYS or settings.DEMONSTRATION:
        return ""
    return _("Den som sköter portalen har inte lagt in några certifikat att underteckna med.")
