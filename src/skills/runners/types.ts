import type { WorkflowSpec } from '../../workflows/definition.ts';
import type { Skill } from '../../workflows/home.ts';

export type Limits = WorkflowSpec['limits'];

/** One input as a step sees it. Paths are absolute host paths inside `inputsFolder`; null is a degraded input. */
export type AttemptInput =
  | { kind: 'file'; path: string }
  | { kind: 'files'; paths: string[] }
  | { kind: 'text'; text: string }
  | null;

/** How to find a started attempt's processes again, also from another process after this one died. */
export interface StartedProcess {
  /** This machine, boot and process namespace (`thisHost()`). */
  host: string;
  processGroup: number;
  /** When the group's leader began, in a form that only `killStray` compares. */
  processStart: string;
  /** Words for status and manifest, such as `bubblewrap, own user`. */
  fence: string;
}

/** Everything one attempt of a step needs. All paths are absolute host paths. */
export interface AttemptRequest {
  runId: string;
  workflow: string;
  step: string;
  /** From 1. */
  attempt: number;
  skill: Skill;
  /** The pinned copy of the skill's folder. */
  pinnedFolder: string;
  /** Private folder of this attempt (`COWORK_DATA/work/<run>/<step>.<attempt>`): made here, and removed at the end. */
  scratch: string;
  inputs: Record<string, AttemptInput>;
  /** Folder of the fetched copies, null when there are none. */
  inputsFolder: string | null;
  /** The run's `steps/` folder, of which only the steps in `steps` are shown. */
  stepsFolder: string;
  /** Ids of the steps this one needs, directly or not. */
  steps: string[];
  /** Where what the attempt left in `COWORK_OUT` is collected to (`steps/<id>`); replaced as a whole. */
  collectTo: string;
  /** Text of the workflow's durable notes. */
  contextText: string;
  /** `COWORK_REQUEST` without `previous_outputs`, which is added here as the skill sees the path. */
  request: Record<string, unknown>;
  /** Folder of the outputs a change request is about, or null. */
  previousOutputs: string | null;
  /** Root of the home, for the globs of `access.read`. */
  homeRoot: string;
  /** Folders that must stay invisible even if they lie under a system folder: COWORK_DATA, the home, the product's own. */
  hidden: string[];
  /** IANA name, for `TZ`. */
  timeZone: string;
  /** Time this attempt may take, in milliseconds. */
  timeoutMs: number;
  limits: Limits;
  /** The team's `sandbox` word. */
  sandbox: 'required' | 'optional';
  /** Resolved secrets by the name the skill sees. */
  secrets: Record<string, string>;
  /** `logs/<step>.<attempt>.log`; made here with mode 0600. */
  logFile: string;
  /** Aborted to cancel the attempt. */
  signal: AbortSignal;
  /** Called once the processes exist; a rejection ends the attempt as `Interrupted`. */
  onStart(started: StartedProcess): Promise<void>;
}

/** Error classes this room gives (home-format). `SkillError` carries the skill's own class in `ownClass`. */
export type AttemptErrorClass =
  | 'SkillExit'
  | 'SkillError'
  | 'TimedOut'
  | 'OutputRefused'
  | 'FenceBroken'
  | 'Interrupted';

/** `result.json` as home-format fixes it, every key optional, bounded, secrets redacted. */
export interface SkillResult {
  summary?: string | undefined;
  confidence?: number | undefined;
  flags?: string[] | undefined;
  key_numbers?: { label: string; value: string }[] | undefined;
  usage?: Usage[] | undefined;
  connectors?: { name: string; calls: number }[] | undefined;
  error?: { class: string; message: string } | undefined;
}

export interface Usage {
  model: string;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
}

/** A collected file: `path` relative to the folder, `/` between parts; `sha256` in hex. */
export interface CollectedFile {
  path: string;
  bytes: number;
  sha256: string;
}

export interface AttemptOutcome {
  state: 'ok' | 'failed' | 'transient' | 'timed_out' | 'cancelled';
  /** Of the skill's first process; null when it was killed or never began. */
  exitCode: number | null;
  /** null when ok. */
  errorClass: AttemptErrorClass | null;
  /** The class a skill named in `result.json`, when `errorClass` is `SkillError`. */
  ownClass: string | null;
  /** One bounded sentence, secrets redacted; null when ok. */
  errorMessage: string | null;
  result: SkillResult | null;
  fence: string;
  /** What lies in `collectTo` now: the outputs when ok, the partial ones otherwise (none where they were refused). */
  files: CollectedFile[];
}
