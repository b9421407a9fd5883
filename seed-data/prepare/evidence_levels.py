"""What a kind of evidence proves: nothing, outputs, an outcome, or an independent evaluation; and whether it proves scale.

Sites, money and surface prove scale, not effect. Targets, prices and closures prove nothing.
"""
from common import folders, read_jsonl, write_csv

VALUES = {"none": 0, "outputs": 0.35, "outcome": 0.6, "evaluation": 0.9}
OUTPUTS_AND_SCALE = """jobs tonnes output beneficiaries_per_year beneficiaries_total beneficiaries beneficiaries_per_week
beneficiaries_per_month beneficiaries_per_session clients units products events participants meals tonnes_per_year
tonnes_per_day tonnes_per_month kg_per_day bikes services dwellings_per_year letters_total value events_per_year
meals_per_day meals_per_year home_visits distributions duos pairs_total buildings units_per_year units_collected
units_redistributed baskets_month sessions moves_per_year stops calls workshops deliveries_per_year patients
volunteers_trained housing hours audience downloads"""
OUTPUTS = "share"
OUTCOME = "outcome satisfaction survey co2"
EVALUATION = "evaluation"
SCALE = """sites network volunteers funding members partners coverage shops capacity vehicles surface premises dwellings
groups area growth budget fleet places fundraising departments farmland aura_sites stations territories outlets revenue
countries practitioners farmers beds regional_presence"""
NOTHING = "target price cost closure temporary_presence pipeline selection requests award alert discount demand"


def main():
    source, output = folders()
    table = {}
    for kinds, level, scale in ((OUTPUTS_AND_SCALE, "outputs", True), (OUTPUTS, "outputs", False),
                                (OUTCOME, "outcome", False), (EVALUATION, "evaluation", False),
                                (SCALE, "none", True), (NOTHING, "none", False)):
        for kind in kinds.split():
            assert kind not in table, kind
            table[kind] = (level, VALUES[level], "true" if scale else "false")
    used = {e["kind"] for r in read_jsonl(source / "enterprises.jsonl") for e in r.get("evidence", [])}
    assert used == set(table), (used - set(table), set(table) - used)
    write_csv(output / "evidence_levels.csv", ["kind", "level", "level_value", "proves_scale"],
              ([kind, *values] for kind, values in sorted(table.items())))


main()
