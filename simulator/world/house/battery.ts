/** A battery of the house, which charges from what is left of the sun and covers what the house and the cars lack. */
export interface HouseBattery {
  capacityKwh: number;
  /** The highest power of charging and of discharging, W. */
  maxW: number;
  /** 0 to 100. */
  percent: number;
}

/** What the battery does for a house that lacks or has so much power, W; discharging is positive. */
export function batteryPower({ percent, maxW }: HouseBattery, lackingW: number): number {
  const wanted = Math.max(-maxW, Math.min(maxW, lackingW));
  const isIdle = (wanted > 0 && percent <= 0) || (wanted < 0 && percent >= 100);
  return isIdle ? 0 : wanted;
}

/** Counts the energy of a time during which the house lacked so much power. */
export function useBattery(battery: HouseBattery, lackingW: number, hours: number): void {
  const kwh = (batteryPower(battery, lackingW) / 1_000) * hours;
  battery.percent = Math.max(0, Math.min(100, battery.percent - (kwh / battery.capacityKwh) * 100));
}
