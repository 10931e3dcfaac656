import tseslint from 'typescript-eslint';

/** Who may import whom; test/house/boundaries.spec.ts checks the same rule against the whole tree. */
const forbidden = (patterns, message) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map((regex) => ({ regex, message })) }],
});
const NODE_RED = '^(@node-red/|node-red)';

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', '.node-red-demo', 'docs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.editor.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: forbidden([NODE_RED, '/nodes/', '/simulator/'], 'src is the client: no Node-RED, no nodes, no simulator.'),
  },
  {
    files: ['simulator/**/*.ts'],
    rules: forbidden([NODE_RED, '/nodes/', '/src/'], 'The simulator is written independently of the client.'),
  },
  {
    files: ['nodes/**/*.ts'],
    ignores: ['nodes/connection/**'],
    rules: forbidden(['/simulator/'], 'Only the connection node may load the simulator, lazily.'),
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['bench/**/*.ts', 'scripts/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
