/** Finds the series of some label values, a step for each label: no text is joined for a value. */
export function remembered<Labels extends (string | number)[], Series>(make: (...labels: Labels) => Series) {
  const known: Step<Series> = { next: new Map() };
  return (...labels: Labels): Series => {
    let step = known;
    for (const label of labels) step = below(step, label);
    step.series ??= make(...labels);
    return step.series;
  };
}

function below<Series>({ next }: Step<Series>, label: string | number): Step<Series> {
  const known = next.get(label);
  if (known) return known;
  const made: Step<Series> = { next: new Map() };
  next.set(label, made);
  return made;
}

interface Step<Series> {
  readonly next: Map<string | number, Step<Series>>;
  series?: Series;
}
