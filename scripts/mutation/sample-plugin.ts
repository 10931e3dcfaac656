import { PlanKind, type MutantResult, type MutantTestPlan, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { MutationTestingPlanReadyEvent, Reporter } from '@stryker-mutator/api/report';
import { draw, missesGoal, scoreOf, type Counts } from './sample';

interface Sampling {
  size: number;
  seed: string;
  /** In %. */
  goal: number;
}

type RunPlan = MutantTestPlan & { plan: PlanKind.Run };

const isReached = (plan: MutantTestPlan): plan is RunPlan =>
  plan.plan === PlanKind.Run && plan.runOptions.testFilter?.length !== 0;

/**
 * Leaves out the mutants that were not drawn before Stryker starts to run them, so they take no time, and the runner of the
 * tests knows nothing about it.
 */
class SampleReporter implements Reporter {
  static readonly inject = tokens(commonTokens.options);

  readonly #sampling: Sampling;
  readonly #counts: Counts = { reached: 0, unreached: 0, found: 0, survived: 0 };
  #drawn: ReadonlySet<string> = new Set();

  constructor(options: StrykerOptions) {
    this.#sampling = options['sampling'] as Sampling;
  }

  onMutationTestingPlanReady({ mutantPlans }: MutationTestingPlanReadyEvent): void {
    const reached = mutantPlans.filter(isReached);
    const { size, seed } = this.#sampling;
    this.#drawn = draw(
      reached.map(({ mutant }) => mutant.id),
      size,
      seed,
    );
    this.#counts.reached = reached.length;
    for (const plan of reached) {
      if (this.#drawn.has(plan.mutant.id)) continue;
      // Stryker goes on with the plans that it shows here. Should it ever show copies, `onMutantTested` notices.
      const mutant = { ...plan.mutant, status: 'Ignored', statusReason: 'Not drawn' };
      Object.assign(plan, { plan: PlanKind.EarlyResult, mutant });
    }
  }

  onMutantTested({ id, status }: Readonly<MutantResult>): void {
    if (status === 'NoCoverage') this.#counts.unreached += 1;
    if (status === 'Killed' || status === 'Timeout') this.#counts.found += 1;
    if (status === 'Survived') this.#counts.survived += 1;
    const hasRun = status === 'Killed' || status === 'Timeout' || status === 'Survived' || status === 'RuntimeError';
    if (hasRun && !this.#drawn.has(id)) {
      console.error('Stryker ran a mutant that was not drawn: the score is worth nothing');
      process.exitCode = 1;
    }
  }

  wrapUp(): void {
    const { seed, goal } = this.#sampling;
    const { reached, unreached, found, survived } = this.#counts;
    const score = scoreOf(this.#counts);
    const percent = (share: number) => (share * 100).toFixed(1);
    console.log(
      `Score ${percent(score.share)} % (95 % interval ${percent(score.low)} to ${percent(score.high)} %): found ${found} of ` +
        `${found + survived} mutants, drawn with seed ${seed} from ${reached}; no test reaches ${unreached} others`,
    );
    if (!missesGoal(score, goal)) return;
    console.error(`The whole interval lies below the goal of ${goal} %`);
    process.exitCode = 1;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'sample', SampleReporter)];
