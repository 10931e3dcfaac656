/** Each night, and where the draws themselves decide a figure: the coverage and the mutants that are found. */
export const isThorough = ['THOROUGH', 'IS_COUNTED', 'MUTATION'].some((name) => process.env[name] !== undefined);

/** How many random cases a test plays: all in a thorough run, a quarter of them in each other one. */
export const draws = (all: number): number => (isThorough ? all : Math.ceil(all / 4));
