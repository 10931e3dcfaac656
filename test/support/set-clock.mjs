/**
 * Loaded into a process before anything else: sets its wall clock as an administrator of the machine does, by
 * `CLOCK_OFFSET_MS` from the start and by `setClock` later.
 */
const RealDate = Date;
let offsetMs = Number(process.env.CLOCK_OFFSET_MS ?? 0);
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, self) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, self === globalThis.Date ? target : self),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

/** @param {number} ms by how much the wall clock is ahead of that of the computer from now on */
export function setClock(ms) {
  offsetMs = ms;
}
