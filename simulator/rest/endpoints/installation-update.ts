import type { Installation } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { emptyResponse } from '../responses';
import { forbidden, refused } from '../wire/errors';
import { Body } from './body';
import { route, type Call } from './route';

type Phases = [number, number, number];

const ALL = 'availableCurrent';
/** guess: one client sends it for a current that the cloud decides, which is the maximum here. */
const AUTOMATIC = -1;
const PHASES = ['availableCurrentPhase1', 'availableCurrentPhase2', 'availableCurrentPhase3'] as const;

/** docs/zaptec-api.md, "Installation settings". */
export const installationUpdateEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'POST', '/api/installation/:id/update', update);
};

async function update(call: Call): Promise<Response> {
  const installation = call.installation();
  call.requireControl();
  const body = await Body.read(call.c);
  const given = currentOf(body);
  const maxCurrent = body.number('maxCurrent', { min: 0 });
  const minPowerOfflineMode = body.boolean('minPowerOfflineMode');
  // 0: always three phases, 32: always one.
  const threshold = body.number('threeToOnePhaseSwitchCurrent', { min: 0, max: 32 });
  body.check();
  if (maxCurrent !== undefined && call.account.role !== 'service') throw forbidden();
  if (call.hits('apm-527') || installation.availableCurrentMode !== 0) {
    throw refused(527, 'Cannot update installation when using APM');
  }
  call.world.updateInstallation(installation.id, {
    ...(maxCurrent === undefined ? {} : { maxCurrent }),
    ...(minPowerOfflineMode === undefined ? {} : { minPowerOfflineMode }),
    ...(threshold === undefined ? {} : { threeToOnePhaseSwitchCurrent: threshold }),
  });
  if (given?.[0] === AUTOMATIC) call.world.unsetAvailableCurrent(installation.id);
  else setCurrent(call, installation, given);
  // guess: the body of a success is not known.
  return emptyResponse(200);
}

/** guess: an update with both forms is refused. */
function currentOf(body: Body): Partial<Phases> | undefined {
  const all = body.number(ALL, { min: AUTOMATIC });
  if (all !== undefined && all < 0 && all !== AUTOMATIC) body.reject(ALL, `The field ${ALL} must be from 0.`);
  const [phase1, phase2, phase3] = PHASES.map((name) => body.number(name, { min: 0 }));
  const somePhase = [phase1, phase2, phase3].some((value) => value !== undefined);
  if (all !== undefined && somePhase) body.reject(ALL, `Use either ${ALL} or the values of the phases.`);
  if (all !== undefined) return [all, all, all];
  return somePhase ? ([phase1, phase2, phase3] as Partial<Phases>) : undefined;
}

/** A phase that is left out returns to its default, the maximum; a higher value is limited to the maximum. */
function setCurrent(call: Call, installation: Installation, given: Partial<Phases> | undefined): void {
  const { maxCurrent, availableCurrent } = installation;
  // guess: an update without any current keeps the old one; the documentation is ambiguous, hence the fault.
  const wanted = given ?? (call.hits('update-resets-current') ? [] : availableCurrent);
  const limited = [0, 1, 2].map((phase) => Math.min(wanted[phase] ?? maxCurrent, maxCurrent)) as Phases;
  if (limited.some((value, phase) => value !== availableCurrent[phase])) {
    call.world.setAvailableCurrent(installation.id, limited);
  }
}
