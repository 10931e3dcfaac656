import { seeded } from '../../virtual-time';

/** What is left of the sun for a car, kW in each second of a day from its first second on. Negative: the house takes it. */
export interface SunDay {
  /** Second of the day. */
  from: number;
  leftKw: Float32Array;
}

const HOUR = 3_600;
const FROM = 4 * HOUR;
const UNTIL = 22 * HOUR;
const NOON = 13 * HOUR;
/** A part of a day: without the sun before or after. */
export function partOf({ from, leftKw }: SunDay, begin: number, end = leftKw.length): SunDay {
  return { from: from + begin, leftKw: leftKw.subarray(begin, end) };
}

/** One kind of weather after the other, so that every kind has its part in any number of days. */
const WEATHERS = ['clear', 'broken', 'mixed', 'broken', 'overcast', 'mixed'] as const;
type Weather = (typeof WEATHERS)[number];

interface Sky {
  /** Mean length of sun and of shade, s, and what a cloud lets through. */
  sunS: number;
  shadeS: number;
  through: number;
}

/** guess: clouds of a sunny day, showers, and a grey day. */
const SKIES: Readonly<Record<Weather, (random: () => number) => Sky>> = {
  clear: (random) => ({ sunS: 4 * HOUR, shadeS: 200, through: 0.5 + 0.3 * random() }),
  broken: (random) => ({ sunS: 40 + 400 * random(), shadeS: 30 + 300 * random(), through: 0.2 + 0.3 * random() }),
  mixed: (random) => ({ sunS: 600 + 2_400 * random(), shadeS: 300 + 1_500 * random(), through: 0.3 + 0.3 * random() }),
  overcast: (random) => ({ sunS: 120, shadeS: 1_800, through: 0.2 + 0.25 * random() }),
};

/** Day number `index` of a seed, of summer and winter in turn; the same every time. */
export function sunDay(seed: number, index: number): SunDay {
  const random = seeded(seed * 20_011 + index * 7_919);
  const isSummer = index % 3 !== 2;
  const daylight = isSummer ? 13 + 3 * random() : 7.5 + 3 * random();
  const peakKw = (6 + 8 * random()) * (isSummer ? 0.8 : 0.45);
  const leftKw = new Float32Array(UNTIL - FROM);
  const clouds = cloudsOf(leftKw.length, random, index);
  const house = houseOf(leftKw.length, random);
  for (let second = 0; second < leftKw.length; second += 1) {
    const hours = (FROM + second - NOON) / HOUR;
    const height = Math.cos((Math.PI * hours) / daylight);
    const clear = Math.abs(hours) < daylight / 2 ? Math.max(0, height) ** 1.3 * peakKw : 0;
    leftKw[second] = clear * (clouds[second] as number) - (house[second] as number);
  }
  return { from: FROM, leftKw };
}

/** What the sky lets through in each second: sun and shade in turn, with edges of seconds; weather changes within a day. */
function cloudsOf(length: number, random: () => number, index: number): Float32Array {
  const clouds = new Float32Array(length);
  const weather = (turn: number): Weather => WEATHERS[(index + turn) % WEATHERS.length] as Weather;
  const first = weather(0);
  const second = random() < 0.4 ? weather(1 + Math.floor(random() * 5)) : first;
  const turnsAt = length * (0.35 + 0.3 * random());
  let sky = SKIES[first](random);
  let isTurned = false;
  let isShade = random() < 0.5;
  let left = 0;
  let target = 1;
  let level = 1;
  let edgeS = 10;
  for (let at = 0; at < length; at += 1) {
    if (!isTurned && at > turnsAt) {
      isTurned = true;
      sky = SKIES[second](random);
    }
    if (left <= 0) {
      isShade = !isShade;
      left = -Math.log(1 - random() * 0.999) * (isShade ? sky.shadeS : sky.sunS) + 5;
      target = isShade ? sky.through * (0.7 + 0.6 * random()) : 0.9 + 0.15 * random();
      edgeS = 4 + 20 * random();
    }
    left -= 1;
    level += (target - level) / edgeS;
    clouds[at] = level;
  }
  return clouds;
}

/** kW of a house: a base, meals, and kettles and ovens of some minutes. */
function houseOf(length: number, random: () => number): Float32Array {
  const house = new Float32Array(length);
  const baseKw = 0.25 + 0.4 * random();
  let until = 0;
  let extraKw = 0;
  for (let at = 0; at < length; at += 1) {
    const hour = (FROM + at) / HOUR;
    const meals = Math.exp(-((hour - 7.5) ** 2)) * 0.5 + Math.exp(-((hour - 18) ** 2) / 2) * 0.9;
    if (at >= until) {
      extraKw = 0;
      if (random() < (0.4 + meals) / 2_400) {
        extraKw = 0.8 + 1.6 * random();
        until = at + 90 + 900 * random() ** 2;
      }
    }
    house[at] = baseKw + meals * 0.6 + extraKw;
  }
  return house;
}
