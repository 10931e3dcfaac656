import { startSimulator, type SimulatorOptions } from '../../../simulator/index';
import { VirtualClock } from '../virtual-clock';
import { connection, flow, type FlowNode } from './builder';
import { accountOf, load, status, type Simulator } from './harness';

/** A Node-RED and a simulator in virtual time, for one test. */
export class VirtualCloud {
  readonly time = new VirtualClock();
  cloud!: Simulator;

  async startSimulator(options: SimulatorOptions = {}): Promise<void> {
    this.cloud = await this.time.until(startSimulator({ scenario: 'home', ...options }));
  }

  /** Loads a flow; its connection may still be connecting. */
  load(...nodes: (FlowNode | FlowNode[])[]): Promise<void> {
    const { baseUrl } = this.cloud;
    return load([connection({ cloud: 'custom', baseUrl }), ...flow(...nodes)], accountOf(this.cloud));
  }

  /** Starts the simulator and loads a flow, until it is connected. */
  async start(nodes: (FlowNode | FlowNode[])[], options: SimulatorOptions = {}): Promise<void> {
    await this.startSimulator(options);
    await this.time.until(this.load(...nodes));
    await this.time.until(status('connection', 'connected'));
  }

  async stop(): Promise<void> {
    // The account lingers.
    await this.time.advance(31_000);
    await this.cloud.stop();
    this.time.restore();
  }
}
