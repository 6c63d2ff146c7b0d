import { type DataClass, dataClass } from '../values/scalars.ts';
import type { Home } from './home.ts';

/**
 * Who may be shown work goes by the stricter of the class it began with and the class its workflow has today; by the
 * former where the workflow has left the home.
 */
export function classToday({ workflows }: Pick<Home, 'workflows'>, workflow: string, began: DataClass): DataClass {
  const today = Object.hasOwn(workflows, workflow) ? workflows[workflow]?.spec.data_class : undefined;
  return today !== undefined && RANK.indexOf(today) > RANK.indexOf(began) ? today : began;
}

/** From the most open to the most closed. */
const RANK = dataClass.options;
