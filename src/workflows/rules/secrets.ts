import { PRODUCT_VARIABLES } from '../../values/scalars.ts';
import type { YamlFile } from '../files/document.ts';
import { childOf } from '../files/schema-walk.ts';
import { type Path, pathText } from '../files/wording.ts';
import type { Findings } from './findings.ts';

const HOLDERS = ['secrets', 'headers', 'heartbeat_url'];
const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const INSIDE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
const SECRET_HEADER = /authorization|cookie|token|secret|password|api-?key/i;

/** Variables of the environment that a text of `secrets`, `headers` or `heartbeat_url` refers to. */
export const referredVariables = (text: string): string[] => {
  const whole = REFERENCE.exec(text)?.[1];
  return whole === undefined ? [...text.matchAll(INSIDE)].map(([, name = '']) => name) : [whole];
};

/**
 * Secrets come only by reference, and references stand only where they are understood; elsewhere the words `env:NAME`
 * would be used as they are. A variable that is not set is a warning here and an error when it is needed.
 */
export function checkSecrets(
  yaml: YamlFile,
  env: Readonly<Record<string, string | undefined>> | undefined,
  findings: Findings,
): void {
  for (const { path, text } of texts(yaml.data, [])) {
    const label = pathText(path);
    const holder = path.some((part) => HOLDERS.includes(String(part)));
    const names = referredVariables(text);
    if (!holder && names.length > 0)
      findings.problem(
        yaml,
        path,
        `${label} refers to the environment; that works only in secrets, headers and heartbeat_url`,
      );
    else if (holder) {
      if (path.includes('headers')) checkHeader(yaml, path, names, findings);
      for (const name of names)
        if (env && !PRODUCT_VARIABLES.includes(name) && !env[name])
          findings.warn(yaml, path, `${label} needs the environment variable ${name}, which is not set here`);
    }
    if (hasPassword(text))
      findings.problem(
        yaml,
        path,
        `${label} holds a user name and password in an address; send them in headers by reference to the environment`,
      );
  }
}

function checkHeader(yaml: YamlFile, path: Path, names: string[], findings: Findings): void {
  const header = String(path.at(-1));
  if (names.length === 0 && SECRET_HEADER.test(header))
    findings.problem(
      yaml,
      path,
      `${pathText(path)} must come from the environment, for example "Bearer \${env:RATES_TOKEN}", never the secret itself`,
    );
  for (const name of names)
    if (PRODUCT_VARIABLES.includes(name) && textAt(yaml.data, path).startsWith('env:'))
      findings.problem(yaml, path, `${pathText(path)}: ${name} belongs to the product and cannot be handed on`);
}

const textAt = (data: unknown, path: Path): string => String(path.reduce<unknown>(childOf, data));

const hasPassword = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i.test(text);

function texts(data: unknown, path: Path): { path: Path; text: string }[] {
  if (typeof data === 'string') return [{ path, text: data }];
  if (typeof data !== 'object' || data === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(data) ? [...data.entries()] : Object.entries(data);
  return entries.flatMap(([key, value]) => texts(value, [...path, key]));
}
