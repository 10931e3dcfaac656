import type { NodeDef, NodeMessageInFlow } from 'node-red';
import type {
  Calendar,
  SettingRules,
  Strategy,
  StrategyDecision,
  ZaptecClient,
  ZaptecError,
} from '../../../src/client';
import type { Facts } from '../message';
import type { ChartRow } from '../overview';
import type { Properties, STRATEGY, Settings } from '../properties';
import type { StatusDescription } from '../status';
import type { Evaluate } from '../typed-input';
import type { StoredCharger } from './stored-chargers';

/** The settings of the dialog that every strategy node has. */
export type StrategyNodeSettings = Settings<typeof STRATEGY> & { connection: string } & NodeDef;

/** What the frame itself takes from `msg.config`, beside the settings of the strategy. */
export interface FrameSettings {
  dryRun: boolean;
  /** min; 0 for changes alone. */
  repeat: number;
}

/** A message for a strategy. */
export interface StrategyInput<N> {
  readonly message: NodeMessageInFlow;
  /** ms since 1970, the time that `decide` gets. */
  readonly now: number;
  readonly calendar: Calendar;
  /** The settings of the dialog. */
  readonly node: N;
  readonly evaluate: Evaluate;
  /** Which charger and installation the settings name; undefined where they are blank. */
  readonly references: References;
}

/** What a strategy finds around it without a message. */
export type StrategyPlace<N> = Omit<StrategyInput<N>, 'message' | 'references'>;

/** What the settings of the dialog name, as id, serial number or name. */
export interface References {
  charger: string | undefined;
  installation: string | undefined;
}

/** What the account's store has, read without a request. */
export interface Seen {
  readonly now: number;
  readonly client: ZaptecClient;
  readonly references: References;
  /** Those that the settings name; all of the account where they are blank. Empty while nothing is known. */
  readonly chargers: readonly StoredCharger[];
}

interface ShowContext<N, S> {
  readonly calendar: Calendar;
  readonly node: N;
  /** Those of the strategy that count now. */
  readonly settings: S;
  readonly dryRun: boolean;
}

/** A decision as a node gives it. */
interface ShownDecision {
  /** Payload of the first output; undefined where there is nothing to send. */
  act: unknown;
  /** A change of it makes the first output speak again, though `act` is the same. */
  actKey?: number;
  /** Payload of the second output. */
  report: Record<string, unknown>;
  /** A change of it makes the second output speak without a message, beside a change of `act`. */
  reportKey: string;
  status: StatusDescription;
  /** For the chart in the dialog and in the sidebar. */
  rows?: readonly ChartRow[];
}

/** What is special about one strategy node; everything else is the frame. */
export interface StrategyKind<
  N extends StrategyNodeSettings,
  S extends object,
  D extends StrategyDecision,
  T extends Strategy<S, D>,
> {
  /** Settings that a dialog, a TypedInput or `msg.config` may set; named as the properties of the node. */
  readonly rules: SettingRules<S>;
  /** Under which the node's context keeps its state. */
  readonly memoryKey: string;
  /** The last parts of the topics of the two outputs. */
  readonly topics: { readonly act: string; readonly report: string };
  /** The time that the strategy gets. A plan follows the wall clock; ages and delays must not: `() => clock.now()`. */
  readonly time: () => number;
  /** @throws ZaptecError `INPUT_INVALID` */
  readonly create: (settings: S, calendar: Calendar) => T;
  /**
   * Takes what a message brings. @returns whether the message gets an answer though nothing has changed.
   * @throws ZaptecError `INPUT_INVALID`; the strategy then decides with what it has.
   */
  readonly take: (strategy: T, input: StrategyInput<N>) => Promise<boolean>;
  /** Takes what a context, the environment or an expression holds, where no message makes the node decide. */
  readonly read?: (strategy: T, place: StrategyPlace<N>) => Promise<void>;
  /** Takes what the account's store has, before each decision where a connection is chosen. @returns facts for `msg.zaptec` */
  readonly look?: (strategy: T, seen: Seen) => Facts;
  /** What makes the account's store of no use to the strategy; a warning says so once. */
  readonly doubt?: (seen: Seen) => ZaptecError | undefined;
  readonly show: (decision: D, context: ShowContext<N, S>) => ShownDecision;
}

/** A table of properties of a strategy node. */
export type StrategyProperties = Properties & typeof STRATEGY;
