import { z } from 'zod';
import { parseYaml, type YamlFile } from '../workflows/files/document.ts';
import { checkShape } from '../workflows/files/issues.ts';
import { fileProblem, type Problem } from '../workflows/files/problem.ts';

// Other keys of the Agent Skills format (license, metadata, allowed-tools …) are the skill's own business.
const frontMatter = z.looseObject({
  name: z.string().min(1).max(64),
  description: z.string().trim().min(1).max(1024),
});

export interface FrontMatter {
  yaml: YamlFile;
  name: string;
  description: string;
}

/** Reads the YAML between the two `---` lines at the top of a SKILL.md (Agent Skills format). */
export function readFrontMatter(
  file: string,
  text: string,
): { ok: true; front: FrontMatter } | { ok: false; problems: Problem[] } {
  const block = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?$/m.exec(text);
  if (block?.index !== 0) {
    const message = 'must begin with front matter: a line ---, then name and description, then a line ---';
    return { ok: false, problems: [fileProblem(file, message)] };
  }
  // The first --- becomes an empty line, so that lines keep their numbers.
  const { yaml, problems } = parseYaml(file, `\n${block[1]}`);
  if (!yaml) return { ok: false, problems };
  const checked = checkShape(frontMatter, yaml);
  if (!checked.ok) return { ok: false, problems: [...problems, ...checked.problems] };
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, front: { yaml, name: checked.value.name, description: checked.value.description } };
}
