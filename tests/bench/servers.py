"""The two web servers that the product can run behind, on the customers' path."""

from tests.bench.answering import LOAD_S, ROUNDS, WARM_S, Counted, counted_product, make_survey, product_job
from tests.bench.figures import Figure
from tests.bench.stage import Program, Stage

SERVERS = ("granian", "gunicorn")


def measure(stage: Stage) -> list[Figure]:
    """One figure, without a budget: the default's rate against the other's."""
    make_survey()
    sides: dict[str, tuple[Program, Counted]] = {}
    for name in SERVERS:
        web = stage.web(name, "/healthz", WEB_SERVER=name)
        sides[name] = web, counted_product(stage)
        sides[name][1].load(product_job(web, WARM_S), counts=False)
    for number in range(1, ROUNDS + 1):
        rates = {name: counted.load(product_job(web, LOAD_S)).per_second for name, (web, counted) in sides.items()}
        said = ", ".join(f"{name} {rate:.0f} answers/s" for name, rate in rates.items())
        print(f"  round {number} of {ROUNDS}: {said}", flush=True)
    for web, _counted in sides.values():
        web.stop()
    first, second = (sides[name][1].per_second for name in SERVERS)
    return [Figure("granian / gunicorn", first / second, detail=f"{first:.0f} / {second:.0f} answers a second")]
