import type { CheckSpec } from '../../workflows/definition.ts';
import { bannedPatterns } from './banned-patterns.ts';
import type { CheckedRun, Finding } from './check.ts';
import { column } from './column.ts';
import { command } from './command.ts';
import { completeness } from './completeness.ts';
import { fresh } from './fresh.ts';
import { jsonSchema } from './json-schema.ts';
import { noPii } from './no-pii.ts';
import { noSecrets } from './no-secrets.ts';
import { numbersAgree } from './numbers-agree.ts';
import { requiredFiles } from './required-files.ts';
import { rowCount } from './row-count.ts';
import { rowCountDelta } from './row-count-delta.ts';
import { sumMatches } from './sum-matches.ts';

/** Runs a check of any kind; a new kind does not compile until it stands here. */
export const judgeCheck = (check: CheckSpec, run: CheckedRun): Promise<Finding> => {
  switch (check.kind) {
    case 'required_files':
      return requiredFiles(check, run);
    case 'json_schema':
      return jsonSchema(check, run);
    case 'row_count':
      return rowCount(check, run);
    case 'row_count_delta':
      return rowCountDelta(check, run);
    case 'sum_matches':
      return sumMatches(check, run);
    case 'column':
      return column(check, run);
    case 'fresh':
      return fresh(check, run);
    case 'numbers_agree':
      return numbersAgree(check, run);
    case 'banned_patterns':
      return bannedPatterns(check, run);
    case 'no_pii':
      return noPii(check, run);
    case 'no_secrets':
      return noSecrets(check, run);
    case 'completeness':
      return completeness(check, run);
    case 'command':
      return command(check, run);
  }
};
