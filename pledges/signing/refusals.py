"""Say in words why a file that was given back, or a scan, isn't taken."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pledge_portal.pages.refusals import Refused
from pledges.documents.judgement import Refusal, ScanProblem

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
    Refusal.EXTRA_FIELD: gettext_lazy(
        "Filen har fått ett fält till, som inte hör till underskriften. Underteckna utan att lägga "
        "till fler fält."
    ),
    Refusal.CONFORMITY: gettext_lazy(
        "Underskriftens stämpel eller fält gör att dokumentet inte längre går att arkivera och "
        "läsa upp (PDF/A och PDF/UA). Underteckna i fältet på din egen rad med en stämpel vars "
        "typsnitt följer med, eller osynligt."
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
    ScanProblem.NO_SCAN: gettext_lazy(
        "Filen är ingen PDF och inget foto (JPEG eller PNG) som går att läsa."
    ),
    ScanProblem.HEIC: gettext_lazy(
        "Fotot är i formatet HEIC, som inte går att ta emot. Välj JPEG (”Mest kompatibelt”) i "
        "telefonens kamerainställningar och ta om det, eller skanna papperet till PDF."
    ),
    ScanProblem.TOO_SMALL: gettext_lazy(
        "Fotot är för litet för att papperet ska gå att läsa. Ta om det närmare, i full storlek."
    ),
    ScanProblem.TOO_MANY_PIXELS: gettext_lazy(
        "Fotot har fler än 60 miljoner bildpunkter. Ta om det med kamerans vanliga storlek."
    ),
}


class NotTaken(Refused):
    """A file that isn't taken; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__({"file": str(REFUSALS[refusal])})


class ScanNotTaken(Refused):
    """A scan that isn't taken; `problem` says why."""

    def __init__(self, problem: ScanProblem) -> None:
        self.problem = problem
        super().__init__({"file": str(SCAN_PROBLEMS[problem])})
