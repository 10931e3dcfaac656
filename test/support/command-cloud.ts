import { openClient, type ZaptecClient } from '../../src/client';
import type { SimulatorClock } from '../../simulator/clock';
import { startSimulator, type Simulator } from '../../simulator/index';
import type { Charger } from '../../simulator/world/model';
import { VirtualClock } from './virtual-clock';

/** The client's time without ticks of its own: the world moves when somebody asks for it. */
const WHEN_ASKED: SimulatorClock = {
  now: () => Date.now(),
  setTimeout: () => undefined,
  clearTimeout: () => undefined,
};

const LASTING_CAR = { batteryKwh: 500, charge: 0.05, target: 1, maxA: 16, phases: 3 } as const;

/** A client and a simulator in virtual time, with one free charger to try commands on. */
export class CommandCloud {
  private constructor(
    readonly clock: VirtualClock,
    readonly simulator: Simulator,
    readonly client: ZaptecClient,
  ) {}

  static async open(scenario = 'home'): Promise<CommandCloud> {
    const clock = new VirtualClock();
    const simulator = await clock.until(startSimulator({ scenario, clock: WHEN_ASKED }));
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password });
    await clock.until(client.verify());
    simulator.clearRecords();
    return new CommandCloud(clock, simulator, client);
  }

  async close(): Promise<void> {
    this.client.close();
    // The account lingers: a later test whose server gets the same port must not have it, with timers that never fire.
    await this.clock.advance(31_000);
    await this.simulator.stop();
    this.clock.restore();
  }

  get world(): Simulator['world'] {
    return this.simulator.world;
  }

  get charger(): Charger {
    const charger = this.world.findCharger('Carport');
    if (!charger) throw new Error('the scenario has no Carport');
    return charger;
  }

  /** Runs a command, with all the time that it takes. */
  run(command: Parameters<ZaptecClient['chargers']['command']>[1], id = this.charger.id) {
    return this.clock.until(this.client.chargers.command(id, command));
  }

  /** Ids of the commands that reached the cloud. */
  get commands(): number[] {
    return this.#calls(/sendcommand/i).map(({ path }) => Number(path.split('/').at(-1)));
  }

  /** How often a state was read. */
  get reads(): number {
    return this.#calls(/\/state$/).length;
  }

  #calls(pattern: RegExp) {
    return this.simulator.requests.filter(({ path }) => pattern.test(path));
  }

  /** Brings a car that charges. */
  charge(car: object = LASTING_CAR): void {
    this.world.plug(this.charger.id, { ...LASTING_CAR, ...car });
    this.world.authorise(this.charger.id);
    this.world.advance(30_000);
  }

  pause(): void {
    this.charge();
    this.world.command(this.charger.id, 506);
    this.world.advance(30_000);
  }

  /** The car that is there has what it wants. */
  fill(): void {
    this.charge({ charge: 0.8, target: 0.8 });
  }

  schedule(): void {
    this.world.schedule(this.charger.id, this.world.now + 6 * 3_600_000);
    this.charge();
  }

  requireAuthorisation(): void {
    this.world.updateInstallation(this.charger.installationId, { authenticationRequired: true });
  }
}
