"""`make bench`: speed, signing times and page weights in one table.

Speed is requests a second. One run on one server: the portal as `make run` serves it, on this
machine's own address. Rounds go through all addresses in turn, so that a slow moment of the machine
hits them alike.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from urllib.request import urlopen

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from playwright.sync_api import sync_playwright

from tests.bench.load import requests_per_second
from tests.browsing import browser_program, launch_options
from tests.memory import megabytes_of
from tests.served import ROOT, environment_for, free_port, serving

ANEW = "/bench/anew"
ROUNDS = 25
SECONDS = 0.5
PAGE = "/alvsbyn/2023-2025/"
# The same pledge in another municipality, with as many actions as `tests.bench.actions` makes.
FULL_PAGE = "/pitea/2023-2025/"
# A municipality's statistics, first with its own figures alone, then with all of Sweden's.
OWN = "Älvsbyn"
STATISTICS = "/alvsbyn/statistik/"
ROUNDS_OF_STATISTICS = 12
ADDRESSES = {
    "En tom vy i Django, utan mellanlager": "/bench/bare/",
    "En tom vy genom portalens mellanlager": "/bench/view/",
    # Below ANEW the portal keeps no page: it makes them anew for each request.
    "Löftets sida, gjord på nytt": ANEW + PAGE,
    "Löftets sida med 10 000 insatser, gjord på nytt": ANEW + FULL_PAGE,
    "Löftets sida, som allmänheten får den": PAGE,
    "Löftets sida med 10 000 insatser, som allmänheten får den": FULL_PAGE,
    "Ett åtagande med 100 kommentarer, gjort på nytt": ANEW + FULL_PAGE + "ataganden/7/",
    "Ett åtagande med 100 000 kommentarer, gjort på nytt": ANEW + FULL_PAGE + "ataganden/8/",
    "Lista över 100 kommentarer": FULL_PAGE + "kommentarer/?atagande=7",
    "Lista över 100 000 kommentarer": FULL_PAGE + "kommentarer/?atagande=8",
    "Det undertecknade dokumentet (PDF)": PAGE + "medborgarlofte.pdf",
}


def main() -> None:
    """Serve the demonstration, measure, print."""
    folder = ROOT / "data" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = environment_for(
        folder, DJANGO_SETTINGS_MODULE="tests.bench.settings", PORT=str(port)
    )
    print("Startar en portal att mäta ...", flush=True)
    with serving(environment, folder / "log") as portal:
        url = f"http://127.0.0.1:{port}"
        # All that `make run` starts, the database too; less than 400 is wanted.
        print(f"{'Minne för allt som går (PSS), MB':<60}{megabytes_of(portal.pid):>8.0f}")
        run_beside("tests.bench.actions", environment)
        print("Fyller på med 200 000 kommentarer ...", flush=True)
        queue = json.loads(run_beside("tests.bench.comments", environment))
        weight = page_weight(url + PAGE)
        rates = measure(url)
        document = json.loads(run_beside("tests.bench.document", environment))
        print("Läser 40 kommuners sidor ...", flush=True)
        of_forty = ("tests.bench.municipalities", environment, url, "20", "5")
        municipality_rates = json.loads(run_beside(*of_forty))
        # Last, so that nothing else is measured with so much more in the database.
        run_beside("tests.bench.statistics", environment, OWN)
        with_own = time_of_page(url)
        print("Importerar 835 200 siffror ...", flush=True)
        imported = json.loads(run_beside("tests.bench.statistics", environment))
        with_all = time_of_page(url)
    show(rates, document, queue, weight)
    show_municipalities(municipality_rates)
    show_statistics(imported, with_own, with_all)


def time_of_page(url: str) -> float:
    """Return the seconds that the statistics page takes, the best of some.

    It is made anew for one reader at a time. The machine's other guests can only slow it down, so
    the best is taken.
    """
    durations = []
    for _each in range(ROUNDS_OF_STATISTICS):
        began = time.perf_counter()
        with urlopen(f"{url}{ANEW}{STATISTICS}") as answer:  # noqa: S310  (our own address)
            answer.read()
        durations.append(time.perf_counter() - began)
    return min(durations)


def run_beside(module: str, environment: dict[str, str], *arguments: str) -> str:
    """Run a module of the bench beside the portal, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout


def measure(url: str) -> dict[str, float]:
    """Return the requests a second that one round in ten passes.

    They are by address. A median would measure the machine's other guests too: they can only slow a
    round down.
    """
    rates_by_page: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    order = list(ADDRESSES)
    for address in ADDRESSES.values():
        requests_per_second(url + address, 0.5)
    for number in range(ROUNDS):
        if number % 5 == 0:
            print(f"Omgång {number + 1} av {ROUNDS} ...", flush=True)
        random.shuffle(order)
        for name in order:
            rates_by_page[name].append(requests_per_second(url + ADDRESSES[name], SECONDS))
    return {name: statistics.quantiles(rates, n=10)[-1] for name, rates in rates_by_page.items()}


def page_weight(url: str) -> int:
    """Return the bytes of all that a browser fetches on its first visit.

    Bodies and headers are counted.
    """
    program = browser_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=launch_options())
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        requests: list = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(url, wait_until="networkidle")
        sizes = [request.sizes() for request in requests]
        browser.close()
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def show(
    rates: dict[str, float], document: dict[str, float], queue: dict[str, float], weight: int
) -> None:
    """Print the table with the goals and whether they are met."""
    alone, bare, uncached, uncached_full, public, public_full, *talked_of, _pdf = rates.values()
    few, many, few_listed, many_listed = talked_of
    print(f"\n{'Svar per sekund':<60}{'':>8}   andel av den tomma vyn")
    for name, rate in rates.items():
        print(f"{name:<60}{rate:>8.0f}   {rate / bare:.2f} ({rate / alone:.2f} utan mellanlager)")
    added = document["signed"] - document["weasyprint"]
    print(f"\n{'Sekunder för dokumentet':<60}")
    print(f"{'WeasyPrint ensamt, samma HTML':<60}{document['weasyprint']:>8.3f}")
    print(f"{'Gjort, berett, undertecknat två gånger':<60}{document['signed']:>8.3f}")
    print(f"{'Tillkommer':<60}{added:>8.3f}")
    whole = document["long_signed"]
    ours = whole - document["long_weasyprint"]
    print(f"\nSekunder för ett dokument på {document['long_pages']:.0f} sidor")
    print(f"{'WeasyPrint ensamt, samma HTML':<60}{document['long_weasyprint']:>8.3f}")
    print(f"{'Gjort, berett, undertecknat två gånger':<60}{whole:>8.3f}")
    print(f"{'Vår del av tiden':<60}{ours / whole:>8.1%}")
    print(f"\n{'Sekunder för moderatorernas kö':<60}")
    print(f"{'100 väntar':<60}{queue['few']:>8.3f}")
    print(
        f"{'100 000 väntar':<60}{queue['many']:>8.3f}   {queue['many'] / queue['few']:.2f} gånger"
    )
    print(f"\n{'Åtagandet med 100 000 kommentarer mot det med 100':<60}{few / many:>8.2f} gånger")
    print(f"{'Listan över 100 000 mot den över 100':<60}{few_listed / many_listed:>8.2f} gånger")
    print(f"\n{'Första besöket på löftets sida, kB':<60}{weight / 1000:>8.1f}\n")
    goals = [
        ("Löftets sida ger minst 0,8 av den tomma vyn", public >= 0.8 * bare),
        ("Löftets sida gjord på nytt ger minst 0,15 av den", uncached >= 0.15 * bare),
        ("Med 10 000 insatser går det minst 0,9 så fort som med få", public_full >= 0.9 * public),
        ("Gjord på nytt med 10 000 insatser minst 0,7 så fort", uncached_full >= 0.7 * uncached),
        ("Åtagandet med 100 000 kommentarer tar högst 1,5 gånger så lång tid", few <= 1.5 * many),
        ("Listan över 100 000 kommentarer likaså", few_listed <= 1.5 * many_listed),
        ("Kön med 100 000 kommentarer likaså", queue["many"] <= 1.5 * queue["few"]),
        ("Beredning och underskrifter tar mindre än 0,2 s", added < 0.2),
        ("Första besöket väger mindre än 100 kB", weight < 100_000),
    ]
    tell(goals)


def show_municipalities(measured: dict[str, list[float]]) -> None:
    """Print what a write a second leaves of the speed of kept pages."""
    left = [
        after / before for before, after in zip(measured["without"], measured["with"], strict=True)
    ]
    print(f"\n{'40 kommuners sidor, svar per sekund':<60}")
    for name, rates in (
        ("Utan skrivningar", measured["without"]),
        ("En i sekunden", measured["with"]),
    ):
        spread = f"{min(rates):.0f} till {max(rates):.0f}"
        print(f"{name:<60}{statistics.median(rates):>8.0f}   {spread}")
    spread = f"{min(left):.2f} till {max(left):.2f}"
    print(f"{'Kvar av takten':<60}{statistics.median(left):>8.2f}   {spread}")
    print(f"{'Sidor som inte behövde göras':<60}{min(measured['hits']):>8.2%}\n")
    tell(
        [
            ("Med en skrivning i sekunden är minst 0,35 kvar", statistics.median(left) >= 0.35),
            ("Minst 95 procent av sidorna behöver inte göras", min(measured["hits"]) > 0.95),
        ]
    )


def show_statistics(imported: dict[str, float], with_own: float, with_all: float) -> None:
    """Print how the import of all Sweden's offences went.

    What it did to the page is printed too.
    """
    print(f"\n{'Import av statistik':<60}")
    print(f"{'Siffror':<60}{imported['rows']:>8.0f}")
    print(f"{'Sekunder':<60}{imported['seconds']:>8.1f}")
    print(f"{'Siffror per sekund':<60}{imported['rows_per_second']:>8.0f}")
    print(f"{'Sekunder för samma fil en gång till':<60}{imported['again']:>8.1f}")
    print(f"{'Mest minne, MB':<60}{imported['peak'] / 1e6:>8.1f}")
    print(f"{'Därav för importen, MB':<60}{imported['beyond'] / 1e6:>8.1f}")
    print(f"{'Statistiksidan med kommunens egna siffror, sekunder':<60}{with_own:>8.3f}")
    print(f"{'Statistiksidan med hela landets, sekunder':<60}{with_all:>8.3f}\n")
    tell(
        [
            ("835 200 siffror importeras på mindre än 60 s", imported["seconds"] < 60),
            ("Statistiksidan tar högst 1,3 gånger så lång tid", with_all <= 1.3 * with_own),
            ("Importen tar mindre än 50 MB minne", imported["beyond"] < 50_000_000),
        ]
    )


def tell(goals: list[tuple[str, bool]]) -> None:
    """Print whether each goal is met."""
    for goal, met in goals:
        print(f"{'uppnått ' if met else 'MISSAT  '} {goal}")


if __name__ == "__main__":
    main()
