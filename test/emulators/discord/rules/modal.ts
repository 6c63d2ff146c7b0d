import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import { customId, id, MODAL_INPUTS } from './inputs.ts';
import { among, textDisplay } from './layout.ts';
import { type Faults, list, may, oneOf, shape, string, unique } from './rule.ts';
import { componentsIn } from './walk.ts';

const label = shape({
  type: oneOf(18),
  id,
  label: string({ max: 45 }),
  description: may(string({ max: 100 })),
  component: among(MODAL_INPUTS),
});

const modal = shape({
  title: string({ max: 45 }),
  custom_id: customId,
  components: list({ max: 5 }, among({ 10: textDisplay, 18: label })),
});

function* faultsOf(data: Json): Faults {
  yield* modal(data, '');
  const all = [...componentsIn(data.components)];
  yield* unique(all, 'custom_id', 'COMPONENT_CUSTOM_ID_DUPLICATED');
  yield* unique(all, 'id', 'COMPONENT_ID_DUPLICATED');
}

/** What Discord holds against a modal. Rows with text inputs, which it still takes, are old: labels take their place. */
export const modalFaults = (data: Json): FormFault[] => [...faultsOf(data)];
