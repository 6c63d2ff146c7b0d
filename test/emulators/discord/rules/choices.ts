import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import { anything, fault, list, may, type Rule, shape, string } from './rule.ts';

const value: Rule = function* (given, pointer) {
  if (typeof given === 'string') yield* string({ min: 0, max: 100 })(given, pointer);
  else if (typeof given !== 'number') yield fault(pointer, 'BASE_TYPE_REQUIRED', 'This field is required');
};

const choices = shape({
  choices: list({ min: 0, max: 25 }, shape({ name: string({ max: 100 }), name_localizations: may(anything), value })),
});

/** What Discord holds against the choices that an autocomplete is answered with. */
export const choicesFaults = (data: Json): FormFault[] => [...choices(data, '')];
