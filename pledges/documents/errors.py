"""Name what can go wrong when a document is made or signed.

With words for the user. Nothing in here needs a library that makes or reads PDF files, so pages can
import it.
"""

import logging

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class SigningError(Exception):
    """A document could not be signed. Nothing was changed."""

    sentence: str | Promise = _("Underskriften misslyckades.")


class DocumentUnreadable(SigningError):
    """The bytes are no PDF that can be signed."""

    sentence = _("Dokumentet går inte att läsa och kan inte undertecknas.")


class FieldMissing(SigningError):
    """The document has no signature field of that name."""

    sentence = _("Dokumentet saknar plats för den här underskriften.")


class FieldAlreadySigned(SigningError):
    """The signature field already holds a signature."""

    sentence = _("Underskriften är redan gjord.")


class NotTheFirst(SigningError):
    """The first signature was asked for, but the document is signed."""

    sentence = _("Någon annan har redan undertecknat först.")


class FirstSignatureMissing(SigningError):
    """A later signature was asked for, but no certifying one is there."""

    sentence = _("Den första underskriften saknas.")


class KeyUnreadable(SigningError):
    """The key file is no PKCS#12 file with a key and a certificate."""

    sentence = _("Nyckelfilen är ingen läsbar PKCS#12-fil.")


class WrongPassphrase(SigningError):
    """The signatory's key file does not open with the passphrase given."""

    sentence = _("Lösenordet öppnar inte nyckelfilen.")


class CertificateExpired(SigningError):
    """The signatory's certificate was valid until before the time of signing."""

    sentence = _("Certifikatets giltighetstid har gått ut.")


class CertificateNotYetValid(SigningError):
    """The signatory's certificate becomes valid after the time of signing."""

    sentence = _("Certifikatet är inte giltigt än.")


class CertificateNotForSigning(SigningError):
    """The certificate is not for signatures (key usage nonRepudiation)."""

    sentence = _("Certifikatet är inte utfärdat för underskrifter.")


class CertificateRevoked(SigningError):
    """The authority says that the signatory's certificate is revoked."""

    sentence = _("Certifikatet är spärrat.")


class TimestampUnavailable(SigningError):
    """The timestamp authority did not answer with a timestamp."""


class DeviceMisconfigured(SigningError):
    """The device, its library, or the key or certificate on it isn't there."""

    sentence = _("Enheten med nyckeln är inte rätt inställd. Be den som sköter portalen om hjälp.")


class DeviceUnavailable(SigningError):
    """The device doesn't answer, or is taken out."""

    sentence = _("Enheten med nyckeln svarar inte. Inget är undertecknat. Försök igen om en stund.")


class DevicePinWrong(SigningError):
    """The operator's PIN doesn't open the device. Trying again can lock it."""

    sentence = _(
        "Enhetens pinkod stämmer inte. Försök inte igen, för då kan enheten låsas. Be den som "
        "sköter portalen om hjälp."
    )


class DeviceSignatureWrong(SigningError):
    """What the device gave back is no signature by its certificate's key."""

    sentence = _(
        "Enheten lämnade en underskrift som inte stämmer med certifikatet. Inget är undertecknat."
    )


class ServiceMisconfigured(SigningError):
    """What the operator wrote about the service is too little or not allowed."""

    sentence = _("Underskriftstjänsten är inte rätt inställd. Be den som sköter portalen om hjälp.")


class ServiceUnavailable(SigningError):
    """The service gave no answer in time, or something that is none."""

    sentence = _(
        "Underskriftstjänsten svarar inte. Inget är undertecknat. Försök igen om en stund."
    )


class ServiceRefused(SigningError):
    """The service said no; its own words are in the text."""

    sentence = _("Underskriftstjänsten säger nej. Inget är undertecknat.")


class CredentialUnusable(SigningError):
    """The key or its certificate is disabled, expired, revoked or unknown."""

    sentence = _(
        "Certifikatet i underskriftstjänsten går inte att använda: det är spärrat, avstängt "
        "eller borttaget."
    )


class CredentialMismatch(SigningError):
    """The service's certificate is not the one that the operator named."""

    sentence = _(
        "Underskriftstjänsten har ett annat certifikat än det som är bestämt. Inget är "
        "undertecknat. Be den som sköter portalen om hjälp."
    )


class WrongCode(SigningError):
    """The PIN or one-time code that the signatory gave is wrong."""

    sentence = _("Pinkoden eller engångskoden är fel. Skriv dem igen, eller begär en ny kod.")


class AuthorizationExpired(SigningError):
    """The signatory's yes had run out when the signature was to be made."""

    sentence = _("Koden hann bli för gammal. Begär en ny och försök igen.")


class WrongSignature(SigningError):
    """The service gave back no signature of what was sent, by its key."""

    sentence = _(
        "Underskriftstjänsten lämnade en underskrift som inte stämmer. Inget är undertecknat."
    )


class RenderingError(Exception):
    """The HTML makes no whole and accessible PDF; the text says why."""


class StampDoesNotFit(ValueError):
    """The stamp's text is too long for the field, even in small type."""


def sentence_of(error: SigningError) -> str:
    """Return what is to be said to the user of why nothing was signed."""
    logger.warning("signature.failed", exc_info=error)
    return str(error.sentence)
