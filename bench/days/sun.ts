import type { Simulator } from '../../test/support/node-red/harness';

type Meter = ReturnType<Simulator['world']['meter']>;

/** The same house with more solar panels: the power of one roof seldom suffices to charge on three phases. */
export const sunnier = (meter: Meter, times: number): Meter => ({
  ...meter,
  gridW: meter.gridW - (times - 1) * meter.sunW,
  sunW: times * meter.sunW,
});
