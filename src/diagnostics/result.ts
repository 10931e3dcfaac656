import { phrase } from '../errors/phrase';
/** How much a finding matters, the worst first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that a result is about. */
export interface Subject {
  id: string;
  name?: string;
  /** In words. */
  detail?: string;
}

export interface DetailedSubject extends Subject {
  detail: string;
}

/** What a check has shown. */
export interface Judgement {
  ok: boolean;
  /** `info` where all is well. */
  severity: Severity;
  /** One sentence. */
  found: string;
  /** What to do; empty where all is well. */
  remedy: string;
  /** The code of the error behind it, made for switches. */
  code?: string;
  /** The installations, chargers or nodes that it is about, 100 at most. */
  about?: readonly Subject[];
}

const MOST_SUBJECTS = 100;
const MOST_NAMES = 3;

/** Why something could not be read. */
export interface Problem {
  code: string;
  text: string;
  remedy: string;
}

export function fine(found: string, about?: readonly Subject[]): Judgement {
  return { ok: true, severity: 'info', found, remedy: '', ...subjects(about) };
}

export function finding(
  severity: Severity,
  found: string,
  remedy: string,
  { code, about }: { code?: string | undefined; about?: readonly Subject[] | undefined } = {},
): Judgement {
  return { ok: false, severity, found, remedy, ...(code === undefined ? {} : { code }), ...subjects(about) };
}

/** Something that the check needs could not be read; that is a finding of its own elsewhere. */
export function unchecked({ code, text, remedy }: Problem): Judgement {
  return finding('info', phrase`Not checked: ${text}`, remedy, { code });
}

/** Nobody has read it, and nothing was to be sent for it. */
export const UNREAD: Problem = { code: 'UNREAD', text: 'it was not read yet', remedy: '' };

/** The failure itself is the finding. */
export function failed(problem: Problem): Judgement {
  const { code, text, remedy } = problem;
  return problem === UNREAD ? unchecked(problem) : finding('error', text, remedy, { code });
}

/** The names of a few things, and how many more there are. */
export function named(things: readonly Subject[]): string {
  const names = things.slice(0, MOST_NAMES).map(({ id, name }) => name ?? id);
  const more = things.length - names.length;
  return more > 0 ? phrase`${names.join(', ')} and ${more} more` : names.join(', ');
}

/** The names of a few things, each with what is said of it. */
export function namedWithDetails(things: readonly DetailedSubject[]): string {
  return named(things.map(({ id, name, detail }) => ({ id, name: phrase`${name ?? id} (${detail})` })));
}

/** A thing of which something is said; a blank name is none. */
export function subject({ id, name }: { id: string; name?: string | undefined }, detail: string): DetailedSubject {
  return { id, ...(name ? { name } : {}), detail };
}

/** `1 charger`, `2 chargers` */
export function counted(count: number, thing: string): string {
  return phrase`${count} ${thing}${count === 1 ? '' : 's'}`;
}

function subjects(about: readonly Subject[] | undefined): { about?: readonly Subject[] } {
  return about === undefined || about.length === 0 ? {} : { about: about.slice(0, MOST_SUBJECTS) };
}
