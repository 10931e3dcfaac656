import { phrase } from '../../errors/phrase';
/** Why the current is what it is; part of the payload. */
export type SurplusCode =
  | 'off'
  | 'fast'
  | 'sun'
  | 'held'
  | 'least'
  | 'paced'
  | 'waiting'
  | 'starts-spent'
  | 'no-meter'
  | 'no-input'
  | 'override-on'
  | 'override-off';

/** What has just been changed. */
export type SurplusChange = 'start' | 'raise' | 'lower' | 'stop';

export interface ReasonFacts {
  currentA: number;
  powerW: number;
  phases: number;
  /** The mean of the last minutes, W; undefined while nothing is known. */
  sunW: number | undefined;
  /** What the sun must bring before charging begins, W. */
  startsAtW: number;
  starts: number;
  change: SurplusChange | undefined;
  /** Minutes until the current may rise. */
  raiseInMinutes: number;
  silenceMinutes: number;
  problem: string | undefined;
  /** Local time at which an override ends. */
  until: string | undefined;
}

type Sentence = (facts: ReasonFacts) => string;

const SENTENCES: { readonly [C in SurplusCode]: Sentence } = {
  off: () => 'The mode is off: nothing charges',
  fast: ({ currentA }) => phrase`The mode is fast: ${currentA} A, whatever the sun`,
  sun: (facts) => phrase`${begun(facts)}, with ${sun(facts)}`,
  held: (facts) =>
    phrase`Holds ${drawn(facts)} while the sun is short, with ${sun(facts)}: a pause now would cost more`,
  least: (facts) => phrase`At least ${drawn(facts)}, with ${sun(facts)}`,
  paced: (facts) => phrase`${begun(facts)}, with ${sun(facts)}; a raise waits ${Math.ceil(facts.raiseInMinutes)} min`,
  waiting: (facts) =>
    isPaced(facts)
      ? phrase`Waits ${Math.ceil(facts.raiseInMinutes)} min until the current may rise: ${sun(facts)}, from ${kw(facts.startsAtW)} on`
      : phrase`${facts.change === 'stop' ? 'Stopped' : 'Waits'} for sun: ${sun(facts)}, from ${kw(facts.startsAtW)} on`,
  'starts-spent': ({ starts }) => phrase`Has started ${starts} times today, which is as often as it may`,
  'no-meter': ({ silenceMinutes, problem }) =>
    phrase`No good value of the meter for ${silenceMinutes} min${problem === undefined ? '' : `: ${lowered(problem)}`}`,
  'no-input': ({ problem }) => phrase`Waits for the meter${problem === undefined ? '' : `: ${lowered(problem)}`}`,
  'override-on': ({ currentA, until }) => phrase`Switched on by message${until ?? ''}: ${currentA} A`,
  'override-off': ({ until }) => phrase`Switched off by message${until ?? ''}`,
};

const BEGINNINGS: Readonly<Record<SurplusChange, (what: string) => string>> = {
  start: (what) => phrase`Starts: ${what}`,
  raise: (what) => phrase`Raised to ${what}`,
  lower: (what) => phrase`Lowered to ${what}`,
  stop: (what) => phrase`Stopped: ${what}`,
};

/** Why the current is what it is, in one sentence. */
export function surplusReason(code: SurplusCode, facts: ReasonFacts): string {
  return SENTENCES[code](facts);
}

/** The sun would be enough. */
const isPaced = ({ change, raiseInMinutes, sunW, startsAtW }: ReasonFacts): boolean =>
  change !== 'stop' && raiseInMinutes > 0 && sunW !== undefined && sunW >= startsAtW;

const begun = (facts: ReasonFacts): string =>
  facts.change === undefined ? drawn(facts) : BEGINNINGS[facts.change](drawn(facts));

const drawn = ({ currentA, powerW, phases }: ReasonFacts): string =>
  phrase`${currentA} A on ${phases === 1 ? 'one phase' : phrase`${phases} phases`} (${kw(powerW)})`;

const sun = ({ sunW }: ReasonFacts): string => (sunW === undefined ? 'no sun known' : phrase`${kw(sunW)} of sun left`);

const kw = (watts: number): string => `${Math.round(watts / 10) / 100} kW`;

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
