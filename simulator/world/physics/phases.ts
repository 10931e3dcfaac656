import { isSteered, isThreePhaseNet, type Device, type PhaseUse } from '../device';

/** A; the threshold that means one phase always (docs/zaptec-api.md, "Installation settings"). */
const ALWAYS_ONE = 32;
/** By default; an installation could allow up to 20 (docs/zaptec-api.md, "Phase switching"). */
const MAX_SWITCHES = 5;
/** A; phases that differ by less count as equal. */
const EQUAL_A = 0.05;

const ALL: PhaseUse = [true, true, true];
const SINGLE: readonly [PhaseUse, PhaseUse, PhaseUse] = [
  [true, false, false],
  [false, true, false],
  [false, false, true],
];

/** Decides on which phases the car of a session is charged (docs/zaptec-api.md, "Phase switching"). */
export function choosePhases(device: Device): void {
  const { charger } = device;
  const before = device.threePhase;
  const three = canUseThree(device) && wantsThree(device);
  if (charger.session && before !== undefined && before !== three && canUseThree(device)) {
    charger.session.phaseSwitches++;
  }
  device.threePhase = three;
  device.phases = three ? ALL : SINGLE[singlePhaseOf(device)];
}

function singlePhaseOf({ charger, installation, singlePhase }: Device): 0 | 1 | 2 {
  // A Pro balances single-phase cars over the phases, a Go charges on its terminal L1.
  if (charger.model !== 'Pro' || !(installation.networkType === 2 || installation.networkType === 4)) return 0;
  return singlePhase === 1 ? 1 : singlePhase === 2 ? 2 : 0;
}

function canUseThree(device: Device): boolean {
  const { charger, installation } = device;
  return isThreePhaseNet(installation) && charger.car?.phases === 3 && charger.priority?.phases !== 1;
}

function wantsThree(device: Device): boolean {
  const { charger, threePhase } = device;
  const allowed = charger.settings.maxChargePhases === 3;
  switch (charger.model) {
    case 'Pro':
      return allowed;
    case 'Go':
      // No switching in a session.
      return threePhase ?? allowed;
    case 'Go 2':
      return allowed && (isSteered(device) ? byThreshold(device) : (threePhase ?? true));
  }
}

function byThreshold({ charger, installation, threePhase }: Device): boolean {
  const { threeToOnePhaseSwitchCurrent: threshold, availableCurrent } = installation;
  if (threePhase !== undefined && (charger.session?.phaseSwitches ?? 0) >= MAX_SWITCHES) return threePhase;
  if (threshold <= 0) return true;
  if (threshold >= ALWAYS_ONE) return false;
  const lowest = Math.min(...availableCurrent);
  if (threePhase !== false) return lowest >= threshold;
  // It returns to three phases only where all have the same current (evcc-io/evcc, issue 26184).
  return lowest > threshold && Math.max(...availableCurrent) - lowest < EQUAL_A;
}
