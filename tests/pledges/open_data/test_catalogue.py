"""The catalogue holds to the European and the Swedish profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from django.test import Client
from pytest_django.fixtures import Settings
from rdflib.compare import isomorphic

from pledges.open_data.catalogue import EVERYTHING
from tests.pledges.open_data.conftest import NAMES

pytestmark = pytest.mark.django_db
PROFILE = Path(__file__).parent / "dcat"
DCAT, DCTERMS = rdflib.DCAT, rdflib.DCTERMS


# What the vocabularies say of themselves, which the shapes ask for.
VOCABULARIES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://publications.europa.eu/resource/authority/data-theme> a skos:ConceptScheme ;
    <http://purl.org/dc/terms/title> "Data theme"@en .
<http://publications.europa.eu/resource/authority/data-theme/JUST>
    a skos:Concept ; skos:prefLabel "Justice, legal system and public safety"@en .
<http://publications.europa.eu/resource/authority/data-theme/GOVE>
    a skos:Concept ; skos:prefLabel "Government and public sector"@en .
<http://publications.europa.eu/resource/authority/planned-availability/STABLE>
    a skos:Concept ; skos:prefLabel "stable"@en .
<http://purl.org/adms/publishertype/LocalAuthority>
    a skos:Concept ; skos:prefLabel "Local Authority"@en .
"""


def read() -> rdflib.Graph:
    response = Client().get("/oppna-data/katalog.ttl")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return rdflib.Graph().parse(data=response.content, format="turtle")


def faults(catalogue: rdflib.Graph) -> list[str]:
    """Return what the European profile's shapes find wrong."""
    shapes = rdflib.Graph()
    for name in ("dcat-ap-3.0.1-shapes.ttl", "dcat-ap-3.0.1-range.ttl"):
        shapes.parse(PROFILE / name)
    known = rdflib.Graph().parse(data=VOCABULARIES, format="turtle")
    _conforms, report, _text = pyshacl.validate(catalogue + known, shacl_graph=shapes)
    results: Any = report
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return [
        f"{results.value(result, shacl.focusNode)} {results.value(result, shacl.resultPath)}"
        for result in results.subjects(rdflib.RDF.type, shacl.ValidationResult)
    ]


def missing(catalogue: rdflib.Graph) -> list[str]:
    """Return the properties that the Swedish profile asks for in vain."""
    mandatory = json.loads((PROFILE / "mandatory.json").read_text())
    absent = []
    for class_, properties in mandatory.items():
        subjects = list(catalogue.subjects(rdflib.RDF.type, rdflib.URIRef(class_)))
        assert subjects, class_
        for subject in subjects:
            absent += [
                f"{subject} {name}"
                for name in properties
                if (subject, rdflib.URIRef(name), None) not in catalogue
            ]
    return absent


def test_it_holds_to_both_profiles() -> None:
    catalogue = read()
    assert faults(catalogue) == []
    assert missing(catalogue) == []


def test_what_is_missing_is_found() -> None:
    catalogue = read()
    dataset = catalogue.value(None, rdflib.RDF.type, DCAT.Dataset, any=True)
    catalogue.remove((dataset, DCTERMS.title, None))
    catalogue.remove((None, DCTERMS.license, None))
    assert any(str(dataset) in fault for fault in faults(catalogue))
    assert any("license" in name for name in missing(catalogue))


def test_both_forms_say_the_same_of_every_resource(settings: Settings) -> None:
    turtle = read()
    response = Client().get("/oppna-data/katalog.rdf")
    assert response.headers["Content-Type"].startswith("application/rdf+xml")
    assert isomorphic(turtle, rdflib.Graph().parse(data=response.content, format="xml"))
    datasets = {str(dataset) for dataset in turtle.subjects(rdflib.RDF.type, DCAT.Dataset)}
    assert {dataset.partition("#")[2] for dataset in datasets} == {EVERYTHING, *NAMES}
    for address in turtle.objects(None, DCAT.accessURL):
        path = str(address).removeprefix(settings.SITE_URL)
        # The file of all isn't made yet: it is asked for by that.
        expected = 503 if path == "/oppna-data/alla.zip" else 200
        assert Client().head(path).status_code == expected, path


def test_it_tells_no_moment() -> None:
    catalogue = read()
    assert not list(catalogue.objects(None, DCTERMS.modified))
    assert not list(catalogue.objects(None, DCTERMS.issued))
