import type { Skill } from '../workflows/home.ts';

/**
 * The secrets a skill may see, by the name it sees, read from the environment at this moment; or a sentence that names
 * the variables that are not set. Values go to the fence and nowhere else.
 */
export const resolveSecrets = (
  skill: Skill,
  env: Readonly<Record<string, string | undefined>>,
): { secrets: Record<string, string> } | { lacking: string } => {
  const secrets: [string, string][] = [];
  const unset: string[] = [];
  for (const [name, reference] of Object.entries(skill.spec.access.secrets)) {
    const variable = reference.replace(/^env:/, '');
    const value = env[variable];
    if (value) secrets.push([name, value]);
    else unset.push(variable);
  }
  if (unset.length === 0) return { secrets: Object.fromEntries(secrets) };
  const words = unset.length === 1 ? `variable ${unset[0]} is` : `variables ${unset.join(', ')} are`;
  return { lacking: `the ${words} not set where the worker runs; ${skill.name} needs it as a secret` };
};
