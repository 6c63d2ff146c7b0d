/** What the graph needs to know of a step. */
export interface Node {
  id: string;
  needs: readonly string[];
}

/** The steps in an order in which each comes after all it needs, else as written. Throws on a circle or a dangling name. */
export const inOrder = <Step extends Node>(steps: readonly Step[]): Step[] => {
  const ordered: Step[] = [];
  const placed = new Set<string>();
  let open = [...steps];
  while (open.length > 0) {
    const ready = open.filter((step) => step.needs.every((need) => placed.has(need)));
    if (ready.length === 0) throw new Error(`steps need each other: ${open.map((step) => step.id).join(', ')}`);
    for (const step of ready) placed.add(step.id);
    ordered.push(...ready);
    open = open.filter((step) => !placed.has(step.id));
  }
  return ordered;
};

/** Steps that may begin now: not begun yet, and all they need is finished. In the order written. */
export const readySteps = <Step extends Node>(
  steps: readonly Step[],
  finished: ReadonlySet<string>,
  begun: ReadonlySet<string>,
): Step[] =>
  steps.filter(
    (step) => !finished.has(step.id) && !begun.has(step.id) && step.needs.every((need) => finished.has(need)),
  );

/** Ids of all steps that `id` needs, directly or not, in the order written. */
export const neededBy = (steps: readonly Node[], id: string): string[] => {
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const need of steps.find((step) => step.id === next)?.needs ?? []) {
      if (!found.has(need)) open.push(need);
      found.add(need);
    }
  }
  return steps.filter((step) => found.has(step.id)).map((step) => step.id);
};

/** Steps that no other step needs; their files are the outputs where a workflow names none. */
export const leafSteps = <Step extends Node>(steps: readonly Step[]): Step[] => {
  const needed = new Set(steps.flatMap((step) => step.needs));
  return steps.filter((step) => !needed.has(step.id));
};
