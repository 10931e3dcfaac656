import type { Phase } from './phases';

/** For each phase of the meter, the terminal of the charger that is connected to it. */
export type Rotation = Readonly<Record<Phase, Phase>>;

const STRAIGHT: Rotation = { phase1: 'phase1', phase2: 'phase2', phase3: 'phase3' };
const ENTRY = /^(?:([^:;]{1,100}):)?\s*L?([123])[\s,/-]+L?([123])[\s,/-]+L?([123])$/i;

interface Entry {
  charger: string | undefined;
  rotation: Rotation;
}

/** Whether a text says how chargers are connected. */
export function isRotation(text: string): boolean {
  return entriesOf(text).every((entry) => entry !== undefined);
}

/**
 * How a charger is connected. A text such as `Garage: L2 L3 L1; L1 L2 L3` names for each charger the phases of the meter
 * at its terminals L1, L2 and L3; an entry without a name counts for all others.
 * @param names id, serial number and name of the charger
 */
export function rotationOf(text: string, names: readonly (string | undefined)[]): Rotation {
  const entries = entriesOf(text).filter((entry) => entry !== undefined);
  const own = entries.find(({ charger }) => names.some((name) => charger === name?.trim().toLowerCase()));
  return (own ?? entries.find(({ charger }) => charger === undefined))?.rotation ?? STRAIGHT;
}

function entriesOf(text: string): (Entry | undefined)[] {
  const parts = text.split(/[;\n]/).filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const [, name, ...lines] = ENTRY.exec(part.trim()) ?? [];
    if (new Set(lines).size !== 3) return undefined;
    const terminalAt = (line: string): Phase => `phase${lines.indexOf(line) + 1}` as Phase;
    const rotation = { phase1: terminalAt('1'), phase2: terminalAt('2'), phase3: terminalAt('3') };
    return { charger: name?.trim().toLowerCase(), rotation };
  });
}
