"""What a sample sheet lacks for a contrast: columns, levels, values, replicates, numbers."""

from collections.abc import Sequence

from secretome.designs.coding import Samples, number_of
from secretome.designs.forms import Terms
from secretome.faults import Fault, listed, nearest

# What people and programs write where a value is missing; "none" is not among them: it is a treatment.
MISSING = {"", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "?"}

# ASSUME of two doses nobody can see a slope: any line fits them, and the levels say the same more plainly.
FEWEST_DOSES = 3

# ASSUME nobody means a slope per so much more, or less, than the quantity spans; rounding would eat it.
LARGEST_UNIT = 1e9


def sheet_faults(
    samples: Samples, id_column: str, terms: Terms, numeric: Sequence[str] = (), subject: str = ""
) -> list[Fault]:
    """All that keeps a sheet from bearing a contrast, but for the rank of its matrix.

    ``where`` is "design", ``field`` a key of the contrast.
    """
    faults = _column_faults(samples, terms)
    if terms.column in samples:
        faults += _missing_faults(samples, id_column, terms)
        faults += _slope_faults(samples, terms, numeric) if terms.key == "continuous" else _level_faults(samples, terms)
    faults += _block_faults(samples, terms, numeric, subject)
    return faults + _random_faults(samples, terms, numeric)


def fault_of(key: str, value: object, problem: str, fix: str) -> Fault:
    """A fault of the design under a key of the contrast."""
    return Fault("design", key, str(value), problem, fix)


def _named(terms: Terms) -> list[tuple[str, str]]:
    random = [("random_block", terms.random_block)] if terms.random_block else []
    return [(terms.key, terms.column), *(("block", block) for block in terms.blocks), *random]


def _column_faults(samples: Samples, terms: Terms) -> list[Fault]:
    faults = [
        fault_of(key, name, "is not a column of the sample sheet", nearest(name, list(samples)))
        for key, name in _named(terms)
        if name not in samples
    ]
    whole = "the variable" if terms.key == "variable" else "the quantity"
    if terms.column in terms.blocks:
        faults.append(fault_of("block", terms.column, f"is {whole} of the contrast", "Take it out of block"))
    if terms.random_block in (terms.column, *terms.blocks):
        other = f"{whole} of the contrast" if terms.random_block == terms.column else "a block already"
        faults.append(fault_of("random_block", terms.random_block, f"is {other}", "Take it out of one of the two"))
    return faults


def _missing_faults(samples: Samples, id_column: str, terms: Terms) -> list[Fault]:
    # A level that the contrast names is meant, even if it is written NA.
    faults = []
    for key, column in _named(terms):
        missing = MISSING - set(terms.weights) if key == "variable" else MISSING
        values = samples.get(column, [])
        without = [i for i, value in zip(samples[id_column], values, strict=False) if value in missing]
        if without:
            problem = f"has no value for {len(without)} of {len(samples[id_column])} samples ({listed(without, 10)})"
            fix = "Fill the values in, or take these samples out of the sheet and of the matrix"
            faults.append(fault_of(key, column, problem, fix))
    return faults


def _level_faults(samples: Samples, terms: Terms) -> list[Fault]:
    values = list(samples[terms.column])
    levels = sorted(set(values) - (MISSING - set(terms.weights)))
    column = f"column '{terms.column}' of the sample sheet"
    faults = []
    for level, key in terms.keys.items():
        count = values.count(level)
        if count == 0:
            faults.append(fault_of(key, level, f"does not occur in {column}", nearest(level, levels)))
        elif count == 1 and not terms.descriptive:
            problem = "has a single sample: without a replicate there is no p-value"
            fix = "Add replicates, or write descriptive: true for fold changes without a test"
            faults.append(fault_of(key, level, problem, fix))
    return faults


def _slope_faults(samples: Samples, terms: Terms, numeric: Sequence[str]) -> list[Fault]:
    column = terms.column
    values = [value for value in samples[column] if value not in MISSING]
    if column not in numeric:
        fix = f"Declare it with samples: {{numeric: [{column}]}}"
        return [fault_of("continuous", column, "is not declared as a quantity", fix)]
    if words := [value for value in values if number_of(value) is None]:
        return [_words_fault("continuous", column, words)]
    written = {number_of(value): value for value in reversed(values)}
    doses = [written[number] for number in sorted(number for number in written if number is not None)]
    if not doses:
        return []  # no sample has a value, which is told already
    if len(doses) == 1:
        problem = f"is {doses[0]} for every sample"
        return [fault_of("continuous", column, problem, "Name a quantity that differs between the samples")]
    if len(doses) < FEWEST_DOSES:
        problem = f"has two values only ({listed(doses)}): of a slope nothing can be seen"
        fix = f"Write variable: {column} with level: '{doses[1]}' and reference: '{doses[0]}'"
        return [fault_of("continuous", column, problem, fix)]
    lowest, highest = float(doses[0]), float(doses[-1])
    if not 1 / LARGEST_UNIT < terms.per / (highest - lowest) < LARGEST_UNIT:
        problem = f"is no unit of {column}, which goes from {lowest:g} to {highest:g}"
        return [fault_of("per", f"{terms.per:g}", problem, "Write how many units count as one")]
    return []


def _words_fault(key: str, column: str, words: Sequence[str]) -> Fault:
    problem = f"is declared as numeric but holds {listed(dict.fromkeys(words))}"
    return fault_of(key, column, problem, "Correct the values, or take it out of samples: numeric")


def _block_faults(samples: Samples, terms: Terms, numeric: Sequence[str], subject: str) -> list[Fault]:
    faults = []
    for block in terms.blocks:
        values = [value for value in samples.get(block, ()) if value not in MISSING]
        words = [value for value in values if number_of(value) is None]
        if block in numeric and words:
            faults.append(_words_fault("block", block, words))
        elif block not in (*numeric, subject) and values and not words:
            # 1, 2, 3 fitted as a slope instead of three batches is a classic that no output shows.
            problem = f"is written in numbers ({listed(dict.fromkeys(values))}): categories or quantities?"
            fix = f"Write categories as text ({block}1), or declare a quantity with samples: {{numeric: [{block}]}}"
            faults.append(fault_of("block", block, problem, fix))
    return faults


def _random_faults(samples: Samples, terms: Terms, numeric: Sequence[str]) -> list[Fault]:
    column = terms.random_block
    if not column or column not in samples:
        return []
    if column in numeric:
        problem = "is declared as a quantity, and a random effect is of categories"
        return [fault_of("random_block", column, problem, "Take it out of samples: numeric, or write it under block")]
    values = [value for value in samples[column] if value not in MISSING]
    different = len(set(values))
    if values and different == len(values):
        problem, fix = "has another value for every sample", "Take it out: no samples belong together"
        return [fault_of("random_block", column, problem, fix)]
    if different == 1:
        problem, fix = f"is {values[0]} for every sample", "Take it out: all samples belong together"
        return [fault_of("random_block", column, problem, fix)]
    return []
