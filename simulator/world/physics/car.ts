import type { Car } from '../model';
import type { Prng } from '../../prng';

/** The part of the energy at the plug that reaches the battery. guess: typical of on-board chargers. */
const EFFICIENCY = 0.92;
/** From this state of charge on the car reduces its current. */
const TAPER_FROM = 0.8;
/** The part of its maximum that the car still requests at the end. */
const TAPER_END = 0.25;
const MIN_A = 6;

export const isFull = (car: Car): boolean => car.charge >= car.target - 1e-9;

/** The current that the car requests, A per phase; falling above 80 % of charge. guess: in a straight line. */
export function requestedA(car: Car): number {
  if (isFull(car)) return 0;
  if (car.charge <= TAPER_FROM) return car.maxA;
  const left = (1 - car.charge) / (1 - TAPER_FROM);
  return Math.min(car.maxA, Math.max(MIN_A, car.maxA * (TAPER_END + (1 - TAPER_END) * left)));
}

/** Charges the battery; returns the energy drawn at the plug in kWh, less than offered only when the car gets full. */
export function chargeBattery(car: Car, offeredKwh: number): number {
  const missing = (Math.max(0, car.target - car.charge) * car.batteryKwh) / EFFICIENCY;
  if (offeredKwh >= missing) {
    car.charge = Math.max(car.charge, car.target);
    return missing;
  }
  car.charge += (offeredKwh * EFFICIENCY) / car.batteryKwh;
  return offeredKwh;
}

/** A random car. */
export function randomCar(prng: Prng): Car {
  return {
    batteryKwh: prng.integer(8, 20) * 5,
    charge: prng.between(0.1, 0.6),
    target: prng.chance(0.6) ? 0.8 : 1,
    maxA: prng.pick([10, 16, 16, 16, 16, 20, 32]),
    phases: prng.chance(0.7) ? 3 : 1,
  };
}
