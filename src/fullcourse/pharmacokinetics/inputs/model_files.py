"""Turns a published model, as its file states it, into the model of the engine.

The file keeps the paper's own words: derived parameters, printed spreads, rows that hold for some people only. The
engine knows values, relations and covariances. What cannot be said in the engine's terms is refused here, never
approximated.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.clinical.units import convert
from fullcourse.knowledge.pk.model_file import (
    Covariance,
    DoseSite,
    Effect,
    Observation,
    PkModelFile,
    Relation,
    Residual,
)
from fullcourse.knowledge.pk.model_words import DISPOSITION, ELIMINATION, ENGINE_COVARIATES, STEPPED_RELATIONS
from fullcourse.pharmacokinetics.model import (
    ELAPSED,
    Computed,
    ComputedForm,
    CovariateRelation,
    EffectLink,
    Elimination,
    ErrorKind,
    Link,
    LinkKind,
    Mixture,
    Model,
    Output,
    RandomEffects,
    RelationKind,
    ResidualError,
    Site,
    Transform,
    Transit,
)

__all__ = ["engine_model", "settings_of"]

MIXTURE_COVARIATE = "mixture_class"

Powers = Mapping[str, int]
"""A parameter of the engine as a product of rows of the file, each to the power 1 or -1."""


def settings_of(file: PkModelFile) -> tuple[str, ...]:
    """Return the indicator covariates on which rows of a model depend: the same values give the same engine's model."""
    return tuple(dict.fromkeys(name for row in file.relations for name in (row.when, row.unless) if name))


def engine_model(
    file: PkModelFile, settings: Mapping[str, float] | None = None, *, between_occasions: bool = True
) -> Model:
    """Return the engine's model of a model file.

    Args:
        file: The model as read.
        settings: Values of the indicator covariates on which rows depend (``when``, ``unless``); a covariate not
            given takes its median in the population.
        between_occasions: False leaves out variability between occasions.

    Raises:
        KnowledgeError: The file says something the engine cannot say.
    """
    return _Builder(file, settings or {}).model(between_occasions)


class _Builder:
    """Builds the engine's model of one file."""

    def __init__(self, file: PkModelFile, settings: Mapping[str, float]) -> None:
        self.file, self.settings = file, settings
        self.values: dict[str, float] = {row.name: row.value for row in file.parameters.values()}
        self.powers: dict[str, Powers] = {name: {name: 1} for name in self.values}
        self.added: dict[str, list[CovariateRelation]] = {}
        self.computed: dict[str, Computed] = {}
        effects = (*file.random_effects, *file.occasion_effects)
        self.moved = {name for row in effects for name in (row.on, *(other for other, _ in row.also_on))}
        for row in file.derived:
            self._derive(row.name, "product" if row.form == "same" else row.form, row.of)

    def model(self, between_occasions: bool) -> Model:
        """Return the model."""
        file, shape = self.file, self.file.structure
        elimination = Elimination(shape.elimination)
        if shape.absorption == "chain":
            self.values["n_transit"] = float(shape.steps or 0)
            self.powers["n_transit"] = {"n_transit": 1}
        sites, links, outputs = self._sites(), self._links(), tuple(self._outputs())
        used = [*DISPOSITION[shape.compartments], *ELIMINATION[elimination]]
        if elimination is Elimination.MICHAELIS_MENTEN and "cl" in self.values:
            used.append("cl")
        parts: tuple[Site | Link, ...] = (*sites, *links)
        used += [name for part in parts for name in part.named]
        used += [output.volume for output in outputs if output.volume]
        names = tuple(dict.fromkeys(self._with_parts(used)))
        return Model(
            name=file.id,
            compartments=shape.compartments,
            parameters={name: self.values[name] for name in names},
            sites=sites,
            outputs=outputs,
            elimination=elimination,
            links=links,
            relations=(*self._mixture_relations(names), *self._relations(names)),
            between_subjects=self._effects(file.random_effects, file.covariances, names),
            between_occasions=self._effects(file.occasion_effects, file.occasion_covariances, names)
            if between_occasions
            else RandomEffects(),
            mixture=self._mixture(),
            computed=tuple(computed for name, computed in self.computed.items() if name in names),
        )

    def refuse(self, what: str) -> KnowledgeError:
        """Return the error for something the engine cannot say."""
        return KnowledgeError([Fault(self.file.file, self.file.id, what, "State it in another form.")])

    def _derive(self, name: str, form: str, parts: tuple[str, ...]) -> None:
        """Take in a derived parameter.

        It is a product of rows; or a first row to which others are added in proportion to covariates; or, where its
        parts differ between people in other ways, computed anew for each.
        """
        terms = [self._term(part) for part in parts[1:]] if form == "sum" and not self._alters(parts[0]) else []
        if any(part in self.computed for part in parts) or (form == "sum" and not (terms and all(terms))):
            if form == "sum" and (name in self.moved or self._rows_on(name)):
                part = next((part for part, term in zip(parts[1:], terms, strict=False) if not term), parts[0])
                raise self.refuse(
                    f"'{part}' is a term of a sum and not proportional to one covariate, and the sum '{name}' has a "
                    "relation or a random effect itself, which can only be on its terms"
                )
            self.computed[name] = Computed(name, ComputedForm(form), parts)
            self.powers[name] = {name: 1}
            values = [self.values[part] for part in parts]
            rest = sum(values[1:]) if form == "sum" else float(np.prod(values[1:]))
            self.values[name] = (
                values[0] + rest if form == "sum" else values[0] * (1.0 / rest if form == "ratio" else rest)
            )
            return
        if form == "sum":
            self.values[name] = self.values[parts[0]]
            self.powers[name] = {name: 1}
            self.added[name] = [term for term in terms if term]
            return
        powers: dict[str, int] = {}
        for index, part in enumerate(parts):
            sign = -1 if form == "ratio" and index else 1
            for base, power in self.powers[part].items():
                powers[base] = powers.get(base, 0) + sign * power
        self.powers[name] = powers
        self.values[name] = float(np.prod([self.values[base] ** power for base, power in powers.items()]))

    def _alters(self, part: str) -> bool:
        """Return whether a parameter is not the same number for everybody."""
        bases = self.powers[part]
        return part in self.added or any(base in self.moved or self._rows_on(base) for base in bases)

    def _rows_on(self, part: str) -> list[Relation]:
        return [row for row in self.file.relations if row.on == part]

    def _term(self, part: str) -> CovariateRelation | None:
        """Return a term of a sum that is proportional to one covariate and differs in nothing else; None if not so."""
        rows = self._rows_on(part)
        if len(rows) != 1 or rows[0].form != "power" or rows[0].coefficient != 1.0 or rows[0].when or rows[0].unless:
            return None
        row = rows[0]
        if (
            part in self.moved
            or row.at_most is not None
            or self.file.covariates[row.covariate].formula == "hours_on_treatment"
        ):
            return None
        return CovariateRelation("", row.covariate, RelationKind.ADDED, self.values[part] / row.reference, 0.0)

    def _with_parts(self, names: Iterable[str]) -> Iterable[str]:
        """Yield names, each after those from which it is computed."""
        for name in names:
            if name in self.computed:
                yield from self._with_parts(self.computed[name].of)
            yield name

    def _sites(self) -> tuple[Site, ...]:
        shape = self.file.structure
        if self.file.dose_sites:
            return tuple(
                _site(number, row, shape.metabolite) for number, row in enumerate(self.file.dose_sites, start=1)
            )
        transit = None
        if shape.absorption == "transit":
            transit = Transit("n_transit", "mtt")
        elif shape.absorption == "chain":
            transit = Transit("n_transit", "mtt", 0.0, (shape.step_rate_times_mtt or 0.0) - float(shape.steps or 0))
        ka = "ka" if shape.absorption in {"first_order", "transit"} or shape.then_first_order else None
        f = "f" if "f" in self.values else None
        first = Site(
            "infusion" if shape.absorption == "infusion" else "oral",
            1,
            ka=ka,
            lag="tlag" if shape.lag else None,
            bioavailability=f,
            transit=transit,
        )
        if not shape.second_absorption:
            return (first,)
        end = shape.second_absorption
        lag = f"tlag_{end}" if shape.lag else None
        return (first, Site(end, 2, ka=f"ka_{end}", lag=lag, bioavailability=f"f_{end}"))

    def _links(self) -> tuple[Link, ...]:
        shape, links = self.file.structure, []
        if shape.effect_compartment:
            links.append(Link(shape.effect_compartment, LinkKind.EFFECT, fraction="partition", rate_out="k_effect"))
        if shape.metabolite:
            links.append(
                Link(
                    shape.metabolite,
                    LinkKind.METABOLITE,
                    fraction="fm",
                    clearance="cl_metabolite",
                    volume="v_metabolite",
                    q="q_metabolite" if "q_metabolite" in self.values else None,
                    vp="vp_metabolite" if "vp_metabolite" in self.values else None,
                )
            )
        return tuple(links)

    def _outputs(self) -> Iterable[Output]:
        shape = self.file.structure
        errors = {(row.analyte, row.matrix): row for row in self.file.residuals}
        for number, row in enumerate(self.file.observations, start=1):
            source, volume = "central", "vc_observed" if "vc_observed" in self.values else "vc"
            if row.analyte == shape.metabolite:
                seen = "v_metabolite_observed"
                source, volume = shape.metabolite, seen if seen in self.values else "v_metabolite"
            elif row.matrix == shape.effect_compartment:
                source, volume = shape.effect_compartment, ""
            yield Output(
                name=row.analyte if row.matrix in {"plasma", "serum"} else f"{row.analyte} in {row.matrix}",
                cmt=row.compartment or number,
                residual=_residual(errors.get((row.analyte, row.matrix)), row),
                source=source,
                volume=volume or None,
                factor=_factor(row),
                matrix=row.matrix,
            )

    def _relations(self, names: tuple[str, ...]) -> Iterable[CovariateRelation]:
        """Yield the rows of relations, on every engine parameter that the row's own parameter is part of."""
        for name in names:
            for row in self.added.get(name, ()):
                yield CovariateRelation(name, row.covariate, row.kind, row.coefficient, row.reference)
        for relation in self.file.relations:
            if not self._holds(relation):
                continue
            for name in names:
                power = self.powers[name].get(relation.on, 0)
                if power:
                    yield self._relation(relation, name, power)

    def _holds(self, relation: Relation) -> bool:
        for name, wanted in ((relation.when, True), (relation.unless, False)):
            if name:
                value = self.settings.get(name, self.file.covariates[name].median or 0.0)
                if (value == 1.0) is not wanted:
                    return False
        return True

    def _relation(self, row: Relation, name: str, power: int) -> CovariateRelation:
        covariate = self.file.covariates[row.covariate]
        known = ENGINE_COVARIATES.get(covariate.formula, row.covariate)
        reference, high, coefficient = row.reference, row.at_most, row.coefficient
        if covariate.formula == "days_on_treatment":
            reference, high = reference + 1.0, None if covariate.at_most is None else covariate.at_most + 1.0
        elif covariate.formula == "hours_on_treatment" and row.form in STEPPED_RELATIONS:
            reference = reference / 24.0 + 1.0
        elif covariate.formula == "hours_on_treatment":
            known = ELAPSED
        if power == -1:
            if row.form not in {"power", "exponential"}:
                raise self.refuse(f"'{row.on}' divides '{name}' and has a relation of form '{row.form}'")
            coefficient = -coefficient
        kind = row.form
        if kind == "above":
            kind, reference = "from", float(np.nextafter(reference, np.inf))
        elif kind == "step":
            kind, coefficient = "from", 1.0 + coefficient / self.values[row.on]
        return CovariateRelation(
            parameter=name,
            covariate=known,
            kind=RelationKind(kind),
            coefficient=coefficient,
            reference=reference,
            half=row.half or 0.0,
            high=np.inf if high is None else high,
        )

    def _effects(
        self, rows: tuple[Effect, ...], pairs: tuple[Covariance, ...], names: tuple[str, ...]
    ) -> RandomEffects:
        effects = [row.on for row in rows]
        matrix = np.diag([row.variance for row in rows]) if rows else np.zeros((0, 0))
        for pair in pairs:
            i, j = effects.index(pair.between[0]), effects.index(pair.between[1])
            matrix[i, j] = matrix[j, i] = pair.value
        links = []
        acting = [
            (index, row, on, times) for index, row in enumerate(rows) for on, times in ((row.on, 1.0), *row.also_on)
        ]
        for index, row, on, times in acting:
            for name in names:
                power = self.powers[name].get(on, 0)
                if power and (row.form == "log_normal" or power == 1):
                    links.append(EffectLink(index, name, Transform(row.form), power * times, row.shape))
                elif power:
                    raise self.refuse(f"the effect on '{on}', which divides '{name}', is not log-normal")
        factors = np.array([row.unobserved_sd_factor for row in rows])
        unobserved = factors if np.any(factors != 1.0) else None
        return RandomEffects(tuple(effects), tuple(links), matrix, unobserved)

    def _mixture(self) -> Mixture | None:
        rows = self.file.mixture
        if not rows:
            return None
        values = tuple(float(index) for index in range(len(rows)))
        return Mixture(
            MIXTURE_COVARIATE, values, tuple(row.probability for row in rows), tuple(row.name for row in rows)
        )

    def _mixture_relations(self, names: tuple[str, ...]) -> Iterable[CovariateRelation]:
        for index, row in enumerate(self.file.mixture):
            if row.on not in names:
                raise self.refuse(f"the mixture acts on '{row.on}', which the engine does not know")
            ratio = row.value / self.values[row.on]
            yield CovariateRelation(row.on, MIXTURE_COVARIATE, RelationKind.INDICATOR, ratio, float(index))


def _site(number: int, row: DoseSite, metabolite: str) -> Site:
    """Return the engine's site of a row."""
    return Site(
        name=f"dose site {number}",
        cmt=row.compartment,
        ka=row.ka or None,
        lag=row.lag or None,
        duration=row.duration or None,
        rate=row.rate or None,
        bioavailability=row.bioavailability or None,
        fraction=row.share or row.share_besides or None,
        complement=bool(row.share_besides),
        transit=Transit(row.n_transit, row.mtt) if row.mtt else None,
        target=metabolite if row.into == "metabolite" else row.into,
        always_modelled=row.always_timed,
    )


def _factor(row: Observation) -> float:
    """Return what turns mg/L into the unit of an observation."""
    return float(convert(1.0, "mg/L", row.unit, row.dose_molar_mass_g_per_mol))


def _residual(row: Residual | None, observation: Observation) -> ResidualError | None:
    """Return the residual error in the unit of the observation; None where the paper prints none."""
    if row is None:
        return None
    scale = convert(1.0, row.unit, observation.unit) if row.unit else 1.0
    match row.convention:
        case "log_normal":
            return ResidualError(ErrorKind.LOG_NORMAL, a=row.log_sd)
        case "power":
            return ResidualError(
                ErrorKind.POWER, row.coefficient * scale ** (1.0 - row.exponent), row.additive * scale, row.exponent
            )
    return ResidualError(ErrorKind(row.convention), row.proportional, row.additive * scale)
