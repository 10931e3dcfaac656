import { zaptecError } from './zaptec-error';

/** Of the sources that the built package was made of. */
declare const BUILD: string;

/**
 * Each file of the built client that is loaded later calls this first. Somebody may have upgraded the package meanwhile,
 * and half of the old version with half of the new one would compute anything.
 * @param build of the file.
 * @throws ZaptecError `INTERNAL`
 */
export function mustBeSameBuild(build: string): void {
  if (build === BUILD) return;
  throw zaptecError('INTERNAL', 'This package was upgraded since Node-RED was started', { remedy: 'Restart Node-RED' });
}
