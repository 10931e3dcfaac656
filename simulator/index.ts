import type { RequestRecord } from './request-record';
import type { SimulatorOptions } from './options';
import { accounts, type SimulatorAccount } from './accounts';
import { Audit } from './audit';
import { startBus, type Bus } from './bus';
import { runningClock, type SimulatorClock } from './clock';
import { Faults } from './faults/state';
import { ForeignCurrent } from './faults/foreign-current';
import { NightlyReset } from './faults/nightly-reset';
import { checkOptions } from './options';
import { makeCertificate, type Certificate } from './tls/certificate';
import { createApp } from './rest/app';
import { Timeline } from './rest/control/timeline';
import { ENDPOINT_GROUPS } from './rest/endpoints';
import { RateLimit } from './rest/rate-limit';
import { Recorder } from './rest/recorder';
import { Tokens } from './rest/tokens';
import { listen } from './rest/server';
import { Trend } from './world/trend';
import { World } from './world/world';

export type { SimulatorClock } from './clock';
export type { SimulatorOptions } from './options';
export type { RequestRecord } from './request-record';
export type { SimulatorAccount } from './accounts';
export type { FaultName } from './faults/table';

const TICK_MS = 1000;
const TOKEN_LIFETIME_S = 86_399;

/** A running simulator of the Zaptec cloud. */
export interface Simulator {
  baseUrl: string;
  /** Address of the live page. */
  page: string;
  /** Port of the message bus. */
  amqpPort: number;
  /** With TLS: what clients must trust, PEM. */
  certificate?: string;
  /** Owner first. */
  accounts: SimulatorAccount[];
  world: World;
  bus: Pick<Bus, 'stats' | 'publish'>;
  faults: Faults;
  audit: Audit;
  /** The newest 200,000 requests, oldest first. */
  requests: RequestRecord[];
  /** Calls the listener when a request arrives, before the answer. Returns how to remove the listener. */
  onRequest(listener: (record: RequestRecord) => void): () => void;
  /** Deletes all recorded requests and the findings of the audit. */
  clearRecords(): void;
  /** Makes every access token issued so far invalid. */
  revokeTokens(): void;
  setSpeed(speed: number): void;
  /**
   * Handles a request like the HTTP server, so that another server can mount the page. That server checks who may use
   * it.
   */
  fetch(request: Request): Promise<Response>;
  /** Closes all connections at once. May be called again. */
  stop(): Promise<void>;
}

/** Starts a simulator of the Zaptec cloud on this machine. Throws BadInput for an option that is not possible. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  checkOptions(options);
  const { clock = runningClock(), scenario = 'home', seed = 1, speed = 1 } = options;
  const { limitModel = 'bucket', tokenLifetimeS = TOKEN_LIFETIME_S, hostNames = [] } = options;
  const world = new World({
    clock,
    scenario,
    seed,
    speed,
    unusualNames: options.unusualNames ?? false,
    season: options.season ?? 'any',
    date: options.date,
    sessionsPerDay: options.sessionsPerDay,
  });
  const faults = new Faults(seed);
  const audit = new Audit({ clock, currentOf: (id) => world.installations.get(id)?.availableCurrent });
  const recorder = new Recorder(audit);
  const tokens = new Tokens(clock);
  const nightly = new NightlyReset(world, () => faults.hits('current-reset'));
  const foreign = new ForeignCurrent(world, () => faults.hits('foreign-current'));
  const trend = new Trend(world, clock);
  const timeline = new Timeline({ world, clock, faults, recorder });
  const catchUp = () => {
    world.catchUp();
    nightly.check();
    foreign.check();
    trend.sampleIfDue();
  };
  const restart = (wanted: string, ownSeed: number) => {
    checkOptions({ scenario: wanted, seed: ownSeed });
    world.restart(wanted, ownSeed);
    trend.restart();
    timeline.restart(wanted);
  };
  const setSpeed = (wanted: number) => {
    checkOptions({ speed: wanted });
    world.setSpeed(wanted);
  };
  const limit = new RateLimit(clock, limitModel);
  const own = accounts();
  const certificate = await certificateOf(options);
  const bus = await startBus({ world, clock, faults, port: options.amqpPort ?? 0, certificate, hostNames });
  const services = {
    world,
    clock,
    faults,
    bus,
    accounts: own,
    tokens,
    limit,
    recorder,
    audit,
    trend,
    timeline,
    tokenLifetimeS,
  };
  const stopping = new AbortController();
  const control = {
    certificate,
    hostNames,
    stopped: stopping.signal,
    catchUp,
    setSpeed,
    restart,
    scenario: () => world.scenario,
  };
  const app = createApp({ ...services, ...control }, ENDPOINT_GROUPS);
  const server = await listen((request, env) => app.fetch(request, env), {
    port: options.port ?? 0,
    certificate,
  }).catch(async (error: unknown) => {
    await bus.stop();
    throw error;
  });
  const stopTicking = every(clock, TICK_MS, catchUp);
  const baseUrl = `${certificate ? 'https' : 'http'}://127.0.0.1:${server.port}`;
  return {
    baseUrl,
    page: `${baseUrl}/simulator/`,
    amqpPort: bus.port,
    ...(certificate ? { certificate: certificate.cert } : {}),
    accounts: own,
    world,
    bus,
    faults,
    audit,
    requests: recorder.records,
    onRequest: (listener) => recorder.onRequest(listener),
    clearRecords: () => {
      recorder.clear();
      audit.reset();
    },
    revokeTokens: () => tokens.revokeAll(),
    setSpeed,
    fetch: async (request) => app.fetch(request),
    stop: () => {
      stopTicking();
      stopping.abort();
      return Promise.all([server.stop(), bus.stop()]).then(() => undefined);
    },
  };
}

async function certificateOf({ tls = false, hostNames = [] }: SimulatorOptions): Promise<Certificate | undefined> {
  if (typeof tls !== 'boolean') return tls;
  return tls ? makeCertificate(hostNames) : undefined;
}

/** Repeats an action and returns how to stop it; with the system's clock the timer does not keep the process alive. */
function every(clock: SimulatorClock, ms: number, action: () => void): () => void {
  let handle: unknown;
  const next = () => {
    handle = clock.setTimeout(() => {
      next();
      try {
        action();
      } catch {
        // An exception in a timer would end the whole process, which may be Node-RED; the next request answers with the
        // same error.
      }
    }, ms);
  };
  next();
  return () => clock.clearTimeout(handle);
}
