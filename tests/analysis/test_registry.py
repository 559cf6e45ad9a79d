"""The contract of a measure: an entry without a vector or derivation, a property test and an example does not pass."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import jsonschema
import pytest

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.measure import ANY, Measure
from tests import analysis
from tests.analysis import proofs

EVERY = list(registry.everything().values())
NAMES = [measure.name for measure in EVERY]


@pytest.fixture(scope="module", autouse=True)
def proved() -> None:
    """Read all test modules of the engine: they name what they claim."""
    for module in pkgutil.iter_modules(analysis.__path__):
        if module.name.startswith("test_"):
            import_module(f"tests.analysis.{module.name}")


@pytest.mark.parametrize("measure", EVERY, ids=NAMES)
def test_a_measure_tells_everything_about_itself(measure: Measure) -> None:
    for text in (measure.title, measure.source, measure.formula, measure.use, measure.avoid, measure.missing):
        assert len(text.strip()) > 2, measure.name
    assert any(char.isdigit() for char in measure.source) or "own method" in measure.source
    assert measure.undefined or measure.level == "library", "say when there is no figure"
    assert set(measure.scales) <= set(ANY)
    jsonschema.Draft202012Validator.check_schema(dict(measure.schema))


@pytest.mark.parametrize("measure", EVERY, ids=NAMES)
def test_a_measure_rests_on_a_vector_or_a_derivation(measure: Measure) -> None:
    assert measure.proof
    for proof in measure.proof:
        if not proof.startswith("derivation: "):
            assert (proofs.VECTORS / f"{proof}.json").is_file(), proof
            assert proof in proofs.CLAIMED, f"no test compares {proof}"


@pytest.mark.parametrize("measure", EVERY, ids=NAMES)
def test_a_measure_has_a_property_test(measure: Measure) -> None:
    assert proofs.PROPERTIES[measure.name]


@pytest.mark.parametrize("measure", EVERY, ids=NAMES)
def test_a_measure_has_an_example_that_runs(measure: Measure) -> None:
    assert ">>> " in (inspect.getdoc(measure.compute) or "")


@pytest.mark.parametrize("measure", EVERY, ids=NAMES)
def test_a_verbal_grade_names_its_author_and_is_called_a_convention(measure: Measure) -> None:
    if measure.convention:
        assert "convention" in measure.convention
        assert any(char.isdigit() for char in measure.convention)
